//! Customers from a file, as `guanxi import` takes them.

use std::io::{BufWriter, Write};
use std::path::Path;

use crate::server::{Ran, ran};

const REGIONS: [&str; 6] = ["上海", "北京", "广州", "深圳", "杭州", "成都"];
const NAMES: [&str; 8] = ["启明", "云杉", "恒远", "瑞丰", "天和", "宏图", "新源", "百川"];
const TRADES: [&str; 6] = ["科技", "机械", "贸易", "电子", "建材", "医疗器械"];

/// Writes a file of customers with names and telephones of their own, and imports it.
pub fn import(folder: &Path, postgres: Option<&str>, rows: usize) -> Result<Ran, String> {
    let file = folder.join("bench-import.csv");
    write(&file, rows).map_err(|error| error.to_string())?;
    let path = file.to_string_lossy().into_owned();
    let imported = ran(folder, postgres, &["import", "customers", &path, "--as", "admin"])?;
    let _ = std::fs::remove_file(&file);
    Ok(imported)
}

fn write(file: &Path, rows: usize) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    writeln!(out, "客户名称,手机,行业,地址,备注")?;
    let stamp = std::process::id();
    for n in 0..rows {
        let pick = |list: &[&'static str], n: usize| list.get(n % list.len()).copied().unwrap_or_default();
        let (region, name, trade) = (pick(&REGIONS, n), pick(&NAMES, n / 6), pick(&TRADES, n / 48));
        let mobile = 13_000_000_000_u64 + (u64::from(stamp % 500) * 4_000_000 + n as u64 * 3) % 999_999_999;
        writeln!(out, "{region}{name}{stamp}第{n}{trade}有限公司,{mobile},,{region}市人民路{}号,第 {n} 行", n % 900 + 1)?;
    }
    out.flush()
}
