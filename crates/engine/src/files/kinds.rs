//! Which files are taken: by the ending of the name, which the content must bear out. What is
//! served is always a download; this keeps programs and pages from travelling under other names.

use guanxi_model::{Problem, Result, Status};

/// Bytes looked at.
pub(super) const HEAD: usize = 512;
/// Longest name kept, in bytes; file systems take no more.
const NAME_BYTES: usize = 240;

/// How a content must begin.
#[derive(Clone, Copy)]
enum Begins {
    /// One of these.
    With(&'static [&'static [u8]]),
    /// This, some bytes in.
    At(usize, &'static [u8]),
    /// Text: no byte of zero.
    Text,
    /// Nothing is known of it.
    Any,
}

const ZIP: Begins = Begins::With(&[b"PK\x03\x04", b"PK\x05\x06"]);
const OLE: Begins = Begins::With(&[b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"]);
const FTYP: Begins = Begins::At(4, b"ftyp");
const OFFICE: &str = "application/vnd.openxmlformats-officedocument";
const BYTES: &str = "application/octet-stream";

/// Endings taken, in lower case, with the type served and how they begin.
const TAKEN: [(&str, &str, Begins); 52] = [
    ("7z", "application/x-7z-compressed", Begins::With(&[b"7z\xBC\xAF\x27\x1C"])),
    ("ai", BYTES, Begins::Any),
    ("amr", "audio/amr", Begins::With(&[b"#!AMR"])),
    ("avi", "video/x-msvideo", Begins::With(&[b"RIFF"])),
    ("bmp", "image/bmp", Begins::With(&[b"BM"])),
    ("cdr", BYTES, Begins::Any),
    ("csv", "text/csv", Begins::Text),
    ("doc", "application/msword", OLE),
    ("docx", OFFICE, ZIP),
    ("dps", BYTES, Begins::Any),
    ("dwg", "image/vnd.dwg", Begins::With(&[b"AC10"])),
    ("dxf", BYTES, Begins::Any),
    ("eml", "message/rfc822", Begins::Text),
    ("et", BYTES, Begins::Any),
    ("gif", "image/gif", Begins::With(&[b"GIF87a", b"GIF89a"])),
    ("gz", "application/gzip", Begins::With(&[b"\x1F\x8B"])),
    ("heic", "image/heic", FTYP),
    ("ics", "text/calendar", Begins::Text),
    ("jpeg", "image/jpeg", Begins::With(&[b"\xFF\xD8\xFF"])),
    ("jpg", "image/jpeg", Begins::With(&[b"\xFF\xD8\xFF"])),
    ("json", "application/json", Begins::Text),
    ("key", BYTES, ZIP),
    ("log", "text/plain", Begins::Text),
    ("m4a", "audio/mp4", FTYP),
    ("md", "text/plain", Begins::Text),
    ("mov", "video/quicktime", Begins::Any),
    ("mp3", "audio/mpeg", Begins::With(&[b"ID3", b"\xFF\xFB", b"\xFF\xF3", b"\xFF\xF2"])),
    ("mp4", "video/mp4", FTYP),
    ("msg", "application/vnd.ms-outlook", OLE),
    ("numbers", BYTES, ZIP),
    ("odp", BYTES, ZIP),
    ("ods", BYTES, ZIP),
    ("odt", BYTES, ZIP),
    ("ofd", BYTES, ZIP),
    ("pages", BYTES, ZIP),
    ("pdf", "application/pdf", Begins::With(&[b"%PDF-"])),
    ("png", "image/png", Begins::With(&[b"\x89PNG\r\n\x1A\n"])),
    ("ppt", "application/vnd.ms-powerpoint", OLE),
    ("pptx", OFFICE, ZIP),
    ("psd", "image/vnd.adobe.photoshop", Begins::With(&[b"8BPS"])),
    ("rar", "application/vnd.rar", Begins::With(&[b"Rar!\x1A\x07"])),
    ("rtf", "application/rtf", Begins::With(&[b"{\\rtf"])),
    ("tif", "image/tiff", Begins::With(&[b"II*\0", b"MM\0*"])),
    ("tiff", "image/tiff", Begins::With(&[b"II*\0", b"MM\0*"])),
    ("txt", "text/plain", Begins::Text),
    ("vcf", "text/vcard", Begins::Text),
    ("wav", "audio/wav", Begins::With(&[b"RIFF"])),
    ("webp", "image/webp", Begins::At(8, b"WEBP")),
    ("wps", BYTES, Begins::Any),
    ("xls", "application/vnd.ms-excel", OLE),
    ("xlsx", OFFICE, ZIP),
    ("zip", "application/zip", ZIP),
];

/// What begins a program or a page, under whatever name.
const NEVER: [&[u8]; 9] = [b"MZ", b"\x7FELF", b"#!/", b"<?php", b"<!doctype html", b"<html", b"<script", b"<svg", b"\xCA\xFE\xBA\xBE"];

/// Names that mean a device on Windows.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The type under which a file is served.
///
/// # Errors
/// 415 where the ending is not taken, or the content is not what the ending says.
pub(super) fn media_type(name: &str, head: &[u8]) -> Result<&'static str> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let refused = |code| Problem::new(Status::UnsupportedType, code).arg("ending", &ending).field("file", code);
    let Some((_, media_type, begins)) = TAKEN.iter().find(|(known, ..)| *known == ending) else {
        return Err(refused("file_not_taken").into());
    };
    let start: Vec<u8> = head.iter().copied().skip_while(u8::is_ascii_whitespace).map(|byte| byte.to_ascii_lowercase()).collect();
    let never = NEVER.iter().any(|bad| start.starts_with(&bad.to_ascii_lowercase()));
    let fits = head.is_empty()
        || match begins {
            Begins::With(known) => known.iter().any(|known| head.starts_with(known)),
            Begins::At(place, known) => head.get(*place..).is_some_and(|rest| rest.starts_with(known)),
            Begins::Text => !head.contains(&0),
            Begins::Any => true,
        };
    if never || !fits {
        return Err(refused("file_not_what_it_says").into());
    }
    Ok(if media_type == &OFFICE { BYTES } else { media_type })
}

/// The name people know a file by: without folders, control characters and direction marks, and
/// harmless to save under.
pub(super) fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            || "<>:\"|?*%".contains(c)
    };
    let clean: String = last.chars().map(|c| if bad(c) { '_' } else { c }).collect();
    let clean = clean.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).trim();
    let (stem, ending) = clean.rsplit_once('.').unwrap_or((clean, ""));
    let stem = if DEVICES.contains(&stem.to_lowercase().as_str()) { format!("_{stem}") } else { stem.to_owned() };
    let ending: String = ending.chars().take(20).collect();
    let mut short = String::new();
    for c in stem.chars() {
        if short.len() + c.len_utf8() + ending.len() >= NAME_BYTES {
            break;
        }
        short.push(c);
    }
    match (short.is_empty(), ending.is_empty()) {
        (true, true) => "file".to_owned(),
        (true, false) => format!("file.{ending}"),
        (false, true) => short,
        (false, false) => format!("{short}.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_could_do_harm() {
        for (given, kept) in [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("..\\..\\boot.txt", "boot.txt"),
            ("%2e%2e%2fx.txt", "_2e_2e_2fx.txt"),
            ("a\0b.pdf", "a_b.pdf"),
            (".htaccess", "htaccess"),
            ("CON.txt", "_CON.txt"),
            ("合同\u{202e}fdp.exe", "合同_fdp.exe"),
            ("/abs/olute.png", "olute.png"),
            ("...", "file"),
            ("合同 v1.pdf", "合同 v1.pdf"),
        ] {
            assert_eq!(shown_name(given), kept, "{given:?}");
        }
        let long = shown_name(&format!("{}.pdf", "长".repeat(400)));
        assert!(long.len() <= 255 && long.ends_with(".pdf"), "{long}");
    }

    #[test]
    fn a_content_must_be_what_its_name_says() {
        assert_eq!(media_type("a.PDF", b"%PDF-1.7").unwrap(), "application/pdf");
        assert_eq!(media_type("a.php.jpg", b"\xFF\xD8\xFF\xE0").unwrap(), "image/jpeg");
        for (name, head) in [
            ("a.pHaR", &b"x"[..]),
            ("a", b"x"),
            ("a.svg", b"<svg"),
            ("a.html", b"<html"),
            ("a.exe", b"MZ"),
            ("a.pdf", b"MZ\x90"),
            ("a.png", b"\xFF\xD8\xFF"),
            ("a.txt", b"a\0b"),
            ("a.txt", b"  <HTML>"),
            ("a.csv", b"#!/bin/sh"),
            ("a.docx", b"%PDF-1.7"),
        ] {
            assert!(media_type(name, head).is_err(), "{name}");
        }
    }

    #[test]
    fn endings_are_in_order() {
        assert!(TAKEN.is_sorted_by_key(|(ending, ..)| *ending));
    }
}
