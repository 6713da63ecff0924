#!/usr/bin/env python3
"""Links the same tables with Splink (from PyPI, DuckDB) and with Ringfence on this machine, one after the other, and prints the ratios.

    python3 -m venv ~/splink && ~/splink/bin/pip install splink==5.0.0 pandas pyarrow
    cargo build --release -p ringfence
    ~/splink/bin/python benches/link_against_splink.py --ringfence target/release/ringfence [--data ../shared/data/link]

A million rows of that kind: `cargo run --release -p link --example link_table -- calls 1000000 9 > calls.csv`, then `--file calls.csv`. That
example links as the command does (`--ringfence target/release/examples/link_table`), where the whole program is not built.

Each run is a process of its own: CPU seconds (user and system) and peak memory are the process's. Splink's models are the usual ones for
such tables, one a kind of table below; its threshold is the one given to Ringfence, 0.9.
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
        return list(csv.DictReader(handle, skipinitialspace=True))


def answer_of(row):
    """The true cluster: a column of its own, or (febrl3) the number in the id."""
    if "rec_id" in row:
        return row["rec_id"].split("-")[1]
    return row["series"] if "series" in row else row["cluster"]


def id_of(row):
    return row["rec_id"] if "rec_id" in row else row["unique_id"]


def truth_of(rows):
    return [f"alone {n}" if answer_of(row) in ("", "-1") else answer_of(row) for n, row in enumerate(rows)]


def scam_model(frame, cl, block_on):
    """The usual model for reports of scam calls: five rules, exact and one-edit levels, Jaro-Winkler, term frequencies."""
    frame["day"] = frame["day"].astype(int)
    frame["letters"] = frame["area"].str.extract(r"^([A-Z]+)")
    near = "abs(l.day - r.day) <= {}"
    tf = lambda comparison: comparison.configure(term_frequency_adjustments=True)
    return {
        "rules": [
            block_on("phone"),
            block_on("badge"),
            "l.alias_first = r.alias_first and l.alias_last = r.alias_last and " + near.format(90),
            "l.alias_last = r.alias_last and l.letters = r.letters and " + near.format(90),
            "l.alias_first = r.alias_first and l.org = r.org and l.letters = r.letters and " + near.format(45),
        ],
        "comparisons": [
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
        "keep": ["letters"],
        "sure": ([block_on("phone", "alias_last"), block_on("badge", "alias_last")], 0.3),
        "train": [block_on("phone"), block_on("alias_first", "alias_last", "letters")],
    }


def person_model(frame, cl, block_on):
    """fake_1000: names, date of birth, town, e-mail, as Splink's own first example has it."""
    tf = lambda comparison: comparison.configure(term_frequency_adjustments=True)
    return {
        "rules": [block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email")],
        "comparisons": [
            tf(cl.JaroWinklerAtThresholds("first_name", [0.92, 0.85])),
            tf(cl.JaroWinklerAtThresholds("surname", [0.92, 0.85])),
            cl.LevenshteinAtThresholds("dob", [1, 2]),
            tf(cl.ExactMatch("city")),
            cl.LevenshteinAtThresholds("email", [2]),
        ],
        "keep": [],
        "sure": ([block_on("first_name", "surname", "dob"), block_on("email")], 0.7),
        "train": [block_on("first_name", "surname"), block_on("dob")],
    }


def entry_model(frame, cl, block_on):
    """febrl3: names, address, date of birth and a number that is nearly each person's own."""
    frame.columns = [name.strip() for name in frame.columns]
    frame.rename(columns={"rec_id": "unique_id"}, inplace=True)
    for name in frame.columns:
        frame[name] = frame[name].str.strip().replace("", None)
    tf = lambda comparison: comparison.configure(term_frequency_adjustments=True)
    return {
        "rules": [
            block_on("soc_sec_id"),
            block_on("date_of_birth"),
            block_on("given_name", "surname"),
            block_on("surname", "postcode"),
            block_on("given_name", "postcode"),
            block_on("address_1"),
        ],
        "comparisons": [
            tf(cl.JaroWinklerAtThresholds("given_name", [0.92, 0.85])),
            tf(cl.JaroWinklerAtThresholds("surname", [0.92, 0.85])),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
            tf(cl.ExactMatch("street_number")),
            cl.LevenshteinAtThresholds("postcode", [1]),
            tf(cl.JaroWinklerAtThresholds("address_1", [0.9])),
            tf(cl.JaroWinklerAtThresholds("suburb", [0.9])),
        ],
        "keep": [],
        "sure": ([block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], 0.8),
        "train": [block_on("date_of_birth"), block_on("given_name", "surname")],
    }


def splink(path, out, threshold):
    """Runs in its own process: links the file and writes id,cluster."""
    import pandas
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    import splink.comparison_library as cl

    frame = pandas.read_csv(path, dtype=str, keep_default_na=False).replace("", None)
    frame = frame.drop(columns=[name for name in ("series", "cluster") if name in frame])
    model_of = scam_model if "phone" in frame else entry_model if "rec_id" in frame else person_model
    model = model_of(frame, cl, block_on)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=model["comparisons"],
        blocking_rules_to_generate_predictions=model["rules"],
        additional_columns_to_retain=model["keep"],
    )
    api = DuckDBAPI()
    try:
        source = api.register(frame)
        linker = Linker(source, settings)
    except (AttributeError, TypeError):
        linker = Linker(frame, settings, db_api=api)
    sure, recall = model["sure"]
    linker.training.estimate_probability_two_random_records_match(sure, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in model["train"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
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
    parser.add_argument("--file", action="append", help="a table with the columns of one of the four; more than once for several")
    parser.add_argument("--threshold", type=float, default=0.9)
    parser.add_argument("--splink-child", nargs=2)
    arguments = parser.parse_args()
    if arguments.splink_child:
        return splink(*arguments.splink_child, arguments.threshold)
    files = arguments.file or [os.path.join(arguments.data, name) for name in ("fake_1000.csv", "febrl3.csv", "scam_10k.csv.gz", "scam_100k.csv.gz")]
    print(f"{'table':<20}{'rows':>9}{'':>12}{'P':>8}{'R':>8}{'F1':>8}{'CPU s':>9}{'MB':>8}")
    for path in files:
        rows = rows_of(path)
        truth = dict(zip((id_of(row) for row in rows), truth_of(rows)))
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
