//! Text files in the encodings met in China, as a stream of UTF-8.

use std::io::{BufRead, Read};

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding};

use super::error::SheetError;

/// Bytes read from the file at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes at the beginning in which a zero byte shows that the file is no text.
const BINARY_SNIFF_BYTES: usize = 8 * 1024;

/// How the characters of a text file are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// GB18030, which includes GBK and GB2312: what Excel writes as CSV in China.
    Gb18030,
    /// Big5. Never guessed, only taken when asked for.
    Big5,
}

impl TextEncoding {
    fn decoder(self) -> Decoder {
        let encoding: &'static Encoding = match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
        };
        encoding.new_decoder_with_bom_removal()
    }

    /// The encoding of a text file: by its byte order mark; else UTF-8 if the whole file is
    /// that; else GB18030, or UTF-8 if that fails at fewer places.
    pub(super) fn detect(mut file: impl Read) -> Result<Self, SheetError> {
        let mut chunk = vec![0_u8; CHUNK_BYTES];
        let mut length = read_up_to(&mut file, &mut chunk)?;
        let head = chunk.get(..length).unwrap_or_default();
        if let Some((encoding, _)) = Encoding::for_bom(head) {
            return Ok(if encoding == encoding_rs::UTF_16LE {
                Self::Utf16Le
            } else if encoding == encoding_rs::UTF_16BE {
                Self::Utf16Be
            } else {
                Self::Utf8
            });
        }
        if head.iter().take(BINARY_SNIFF_BYTES).any(|byte| *byte == 0) {
            return Err(SheetError::Unsupported { found: "binary" });
        }
        let mut utf8 = Trial::new(Self::Utf8);
        let mut gb18030 = Trial::new(Self::Gb18030);
        loop {
            let last = length == 0;
            let bytes = chunk.get(..length).unwrap_or_default();
            utf8.feed(bytes, last);
            gb18030.feed(bytes, last);
            if last {
                break;
            }
            length = read_up_to(&mut file, &mut chunk)?;
        }
        Ok(if utf8.failures <= gb18030.failures { Self::Utf8 } else { Self::Gb18030 })
    }
}

/// Fills the buffer as far as the file goes.
fn read_up_to(file: &mut impl Read, buffer: &mut [u8]) -> Result<usize, SheetError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}

/// Counts the places at which a file is not in an encoding.
struct Trial {
    decoder: Decoder,
    failures: u64,
    out: Vec<u8>,
}

impl Trial {
    fn new(encoding: TextEncoding) -> Self {
        Self { decoder: encoding.decoder(), failures: 0, out: vec![0; CHUNK_BYTES] }
    }

    fn feed(&mut self, mut bytes: &[u8], last: bool) {
        loop {
            let (result, read, _) = self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.out, last);
            bytes = bytes.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.failures += 1,
            }
        }
    }
}

/// A text file as a buffered stream of valid UTF-8. Bytes that are no characters come as U+FFFD.
pub(super) struct DecodedText<R> {
    file: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_from: usize,
    raw_to: usize,
    text: Vec<u8>,
    text_from: usize,
    text_to: usize,
    ended: bool,
    finished: bool,
    had_failures: bool,
}

impl<R: Read> DecodedText<R> {
    pub(super) fn new(file: R, encoding: TextEncoding) -> Self {
        Self {
            file,
            decoder: encoding.decoder(),
            raw: vec![0; CHUNK_BYTES],
            raw_from: 0,
            raw_to: 0,
            text: vec![0; CHUNK_BYTES],
            text_from: 0,
            text_to: 0,
            ended: false,
            finished: false,
            had_failures: false,
        }
    }

    /// Whether any bytes so far were no characters.
    pub(super) fn had_failures(&self) -> bool {
        self.had_failures
    }

    fn refill(&mut self) -> std::io::Result<()> {
        while self.text_from == self.text_to && !self.finished {
            if self.raw_from == self.raw_to && !self.ended {
                self.raw_from = 0;
                self.raw_to = self.file.read(&mut self.raw)?;
                self.ended = self.raw_to == 0;
            }
            let bytes = self.raw.get(self.raw_from..self.raw_to).unwrap_or_default();
            let (result, read, written, failed) = self.decoder.decode_to_utf8(bytes, &mut self.text, self.ended);
            self.raw_from += read;
            self.text_from = 0;
            self.text_to = written;
            self.had_failures |= failed;
            self.finished = self.ended && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for DecodedText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut available = self.fill_buf()?;
        let read = available.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for DecodedText<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.refill()?;
        Ok(self.text.get(self.text_from..self.text_to).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.text_from = (self.text_from + amount).min(self.text_to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (TextEncoding, String, bool) {
        let encoding = TextEncoding::detect(bytes).unwrap();
        let mut text = DecodedText::new(bytes, encoding);
        let mut out = String::new();
        text.read_to_string(&mut out).unwrap();
        (encoding, out, text.had_failures())
    }

    #[test]
    fn utf8_is_read_with_and_without_mark() {
        assert_eq!(decoded("姓名".as_bytes()), (TextEncoding::Utf8, "姓名".to_owned(), false));
        assert_eq!(decoded("\u{feff}姓名".as_bytes()), (TextEncoding::Utf8, "姓名".to_owned(), false));
    }

    #[test]
    fn utf16_is_known_by_its_mark() {
        let little: Vec<u8> = "\u{feff}姓名😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}姓名😀".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&little), (TextEncoding::Utf16Le, "姓名😀".to_owned(), false));
        assert_eq!(decoded(&big), (TextEncoding::Utf16Be, "姓名😀".to_owned(), false));
    }

    #[test]
    fn gb18030_is_found_even_after_a_long_plain_beginning() {
        let mut bytes = b"a,b\n".repeat(50_000);
        bytes.extend_from_slice(&encoding_rs::GB18030.encode("张三,€,𠮷").0);
        let (encoding, text, failed) = decoded(&bytes);
        assert_eq!((encoding, failed), (TextEncoding::Gb18030, false));
        assert!(text.ends_with("张三,€,𠮷"));
    }

    #[test]
    fn characters_split_between_chunks_survive() {
        let text = format!("{}{}", "a", "张".repeat(CHUNK_BYTES));
        assert_eq!(decoded(text.as_bytes()).1, text);
    }

    #[test]
    fn a_file_in_no_encoding_is_read_as_the_likelier_one() {
        let mut bytes = "姓名,电话,地址,备注,公司,部门".as_bytes().to_vec();
        bytes.push(0xff);
        let (encoding, text, failed) = decoded(&bytes);
        assert_eq!((encoding, failed), (TextEncoding::Utf8, true));
        assert!(text.ends_with('\u{fffd}'));
    }

    #[test]
    fn binary_files_are_no_text() {
        let error = TextEncoding::detect(&b"\x7fELF\0\0"[..]).unwrap_err();
        assert_eq!(error.code(), "sheet.unsupported");
    }
}
