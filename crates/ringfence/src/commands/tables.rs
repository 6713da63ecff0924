//! Tables from files: CSV (also packed with gzip) and Parquet.

use std::fs::File;
use std::io::{BufReader, Read};

use ::link::{Table, TableBuilder, read_csv};
use anyhow::{Context as _, bail};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

/// Reads a table; the format is told from the file's name or, for Parquet, its first bytes.
pub(crate) fn read(path: &str) -> anyhow::Result<Table> {
    let file = File::open(path).with_context(|| format!("cannot read {path}"))?;
    let mut head = [0u8; 4];
    let starts = File::open(path)?.read(&mut head)?;
    if path.ends_with(".parquet") || &head[..starts] == b"PAR1" {
        return parquet_table(file).with_context(|| path.to_owned());
    }
    let packed = starts >= 2 && head[..2] == [0x1f, 0x8b];
    let reader = BufReader::with_capacity(1 << 18, file);
    let table = if packed { read_csv(flate2::bufread::MultiGzDecoder::new(reader)) } else { read_csv(reader) };
    table.with_context(|| path.to_owned())
}

fn parquet_table(file: File) -> anyhow::Result<Table> {
    let reader = SerializedFileReader::new(file).context("this is no Parquet file that can be read")?;
    let names: Vec<String> =
        reader.metadata().file_metadata().schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let mut builder = TableBuilder::new(&names)?;
    for row in reader.get_row_iter(None).context("this Parquet file cannot be read (packed otherwise than with Snappy?)")? {
        let row = row.context("this Parquet file cannot be read (packed otherwise than with Snappy?)")?;
        let cells: Vec<String> = row.get_column_iter().map(|(name, field)| text(name, field)).collect::<anyhow::Result<_>>()?;
        builder.push(cells.iter().map(String::as_bytes))?;
    }
    Ok(builder.finish()?)
}

/// A cell as text: numbers and dates as CSV would have them.
fn text(column: &str, field: &Field) -> anyhow::Result<String> {
    Ok(match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Double(number) if number.is_nan() => String::new(),
        Field::Float(number) if number.is_nan() => String::new(),
        Field::Double(number) => number.to_string(),
        Field::Float(number) => number.to_string(),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            bail!("column '{column}' holds lists or groups; only plain columns can be linked")
        }
        Field::Date(days) => jiff::civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().days(i64::from(*days)))
            .map_or_else(|_| String::new(), |d| d.to_string()),
        other => other.to_string(),
    })
}
