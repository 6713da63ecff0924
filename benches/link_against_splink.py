#!/usr/bin/env python3
"""Links the same tables with Splink (from PyPI, DuckDB) and with Ringfence on this machine, one after the other, and prints the ratios.

    python3 -m venv ~/splink && ~/splink/bin/pip install splink==5.0.0 pandas pyarrow
    cargo build --release -p ringfence
    ~/splink/bin/python benches/link_against_splink.py --ringfence target/release/ringfence [--data ../shared/data/link]

A million rows of that kind: `cargo run --release -p link --example link_table -- calls 1000000 9 > calls.csv`, then `--file calls.csv`. That
example links as the command does (`--ringfence target/release/examples/link_table`), where the whole program is not built.

Each run is a process of its own: CPU seconds (user and system) and peak memory are the process's. Splink's model is the usual one for
such reports (five rules, exact and one-edit levels, Jaro-Winkler, term frequencies); its threshold is the one given to Ringfence, 0.9.
"""
import argparse, csv, gzip, json, os, resource, subprocess, sys, tempfile
from collections import Counter


def scores(found, truth):
    """Pairwise precision, recall, F1."""
    pairs = lambda counts: sum(n * (n - 1) // 2 for n in counts.values())
    both = pairs(Counter(zip(found, truth)))
    f, t = pairs(Counter(found)), pairs(Counter(truth))
    p, r = both / max(f, 1), both / max(t, 1)
    return p, r, 2 * p * r / max(p + r, 1e-9)


def rows_of(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as handle:
        return list(csv.DictReader(handle))


def truth_of(rows):
    return [f"alone {n}" if row["series"] in ("", "-1") else row["series"] for n, row in enumerate(rows)]


def splink(path, out, threshold):
    """Runs in its own process: links the file and writes id,cluster."""
    import pandas
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    import splink.comparison_library as cl

    frame = pandas.read_csv(path, dtype=str, keep_default_na=False).replace("", None).drop(columns=["series"])
    frame["day"] = frame["day"].astype(int)
    frame["letters"] = frame["area"].str.extract(r"^([A-Z]+)")
    # Splink compares days as dates.
    frame["date"] = (pandas.Timestamp("2015-01-01") + pandas.to_timedelta(frame["day"], unit="D")).dt.strftime("%Y-%m-%d")
    near = "abs(l.day - r.day) <= {}"
    rules = [
        block_on("phone"),
        block_on("badge"),
        "l.alias_first = r.alias_first and l.alias_last = r.alias_last and " + near.format(90),
        "l.alias_last = r.alias_last and l.letters = r.letters and " + near.format(90),
        "l.alias_first = r.alias_first and l.org = r.org and l.letters = r.letters and " + near.format(45),
    ]
    tf = lambda comparison: comparison.configure(term_frequency_adjustments=True)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.LevenshteinAtThresholds("phone", 1),
            cl.LevenshteinAtThresholds("badge", 1),
            tf(cl.JaroWinklerAtThresholds("alias_first", [0.92, 0.85])),
            tf(cl.JaroWinklerAtThresholds("alias_last", [0.92, 0.85])),
            tf(cl.ExactMatch("org")),
            cl.ExactMatch("pretext"),
            cl.ExactMatch("demand"),
            cl.ExactMatch("handover"),
            cl.CustomComparison(
                output_column_name="area",
                comparison_levels=[
                    {"sql_condition": "area_l is null or area_r is null", "label_for_charts": "null", "is_null_level": True},
                    {"sql_condition": "area_l = area_r", "label_for_charts": "same"},
                    {"sql_condition": "letters_l = letters_r", "label_for_charts": "same letters"},
                    {"sql_condition": "else", "label_for_charts": "else"},
                ],
            ),
            cl.CustomComparison(
                output_column_name="day",
                comparison_levels=[{"sql_condition": "day_l is null or day_r is null", "label_for_charts": "null", "is_null_level": True}]
                + [{"sql_condition": f"abs(day_l - day_r) <= {gap}", "label_for_charts": f"within {gap}"} for gap in (3, 14, 45, 120)]
                + [{"sql_condition": "else", "label_for_charts": "else"}],
            ),
        ],
        blocking_rules_to_generate_predictions=rules,
        additional_columns_to_retain=["letters"],
    )
    api = DuckDBAPI()
    try:
        source = api.register(frame)
        linker = Linker(source, settings)
    except (AttributeError, TypeError):
        linker = Linker(frame, settings, db_api=api)
    linker.training.estimate_probability_two_random_records_match([block_on("phone", "alias_last"), block_on("badge", "alias_last")], recall=0.3)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("alias_first", "alias_last", "letters"))
    edges = linker.inference.predict(threshold_match_probability=0.2)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(edges, threshold_match_probability=threshold)
    frame = clusters.as_pandas_dataframe()
    frame[["unique_id", "cluster_id"]].rename(columns={"unique_id": "id", "cluster_id": "cluster"}).to_csv(out, index=False)


def timed(command):
    script = "import resource,subprocess,sys,json; code=subprocess.call(sys.argv[1:]); u=resource.getrusage(resource.RUSAGE_CHILDREN); print(json.dumps([u.ru_utime+u.ru_stime,u.ru_maxrss/1024]),file=sys.stderr); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return json.loads(done.stderr.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ringfence", default="target/release/ringfence")
    parser.add_argument("--data", default="../shared/data/link")
    parser.add_argument("--file", action="append", help="a table with columns as scam_10k.csv.gz; more than once for several")
    parser.add_argument("--threshold", type=float, default=0.9)
    parser.add_argument("--splink-child", nargs=2)
    arguments = parser.parse_args()
    if arguments.splink_child:
        return splink(*arguments.splink_child, arguments.threshold)
    files = arguments.file or [os.path.join(arguments.data, name) for name in ("scam_10k.csv.gz", "scam_100k.csv.gz")]
    print(f"{'table':<20}{'rows':>9}{'':>12}{'P':>8}{'R':>8}{'F1':>8}{'CPU s':>9}{'MB':>8}")
    for path in files:
        rows = rows_of(path)
        truth = dict(zip((row["unique_id"] for row in rows), truth_of(rows)))
        results = {}
        with tempfile.TemporaryDirectory() as folder:
            for name in ("splink", "ringfence"):
                out = os.path.join(folder, name + ".csv")
                if name == "splink":
                    command = [sys.executable, os.path.abspath(__file__), "--splink-child", path, out, "--threshold", str(arguments.threshold)]
                else:
                    command = [arguments.ringfence, "link", "--in", path, "--out", out, "--threshold", str(arguments.threshold)]
                cpu, megabytes = timed(command)
                found = {row["id"]: row["cluster"] for row in rows_of(out)}
                p, r, f1 = scores([found[key] for key in truth], list(truth.values()))
                results[name] = (cpu, megabytes)
                print(f"{os.path.basename(path):<20}{len(rows):>9}{name:>12}{p:>8.4f}{r:>8.4f}{f1:>8.4f}{cpu:>9.1f}{megabytes:>8.0f}", flush=True)
        (a, b), (c, d) = results["splink"], results["ringfence"]
        print(f"{'':<20}{'':>9}{'ratio':>12}{'':>24}{a / c:>8.1f}×{b / d:>7.1f}×", flush=True)


if __name__ == "__main__":
    main()
