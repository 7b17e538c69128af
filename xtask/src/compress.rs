//! Brotli and gzip copies beside a file, made once at build so that the server never compresses these while serving.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::Error;

/// Writes `path` and, next to it, `path.br` (quality 11) and `path.gz` (level 9). Answers the brotli size in bytes.
pub(crate) fn write_with_copies(path: &Path, bytes: &[u8]) -> Result<usize, Error> {
    write(path, bytes)?;
    let small = brotli_bytes(bytes)?;
    write(&with_suffix(path, ".br"), &small)?;
    write(&with_suffix(path, ".gz"), &gzip_bytes(bytes)?)?;
    Ok(small.len())
}

/// Brotli at its best; slow is fine, it happens once a build.
fn brotli_bytes(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut small = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    let mut reader = bytes;
    brotli::BrotliCompress(&mut reader, &mut small, &settings).map_err(|e| format!("brotli: {e}"))?;
    Ok(small)
}

/// For the few clients that don't take brotli (browsers on plain http).
fn gzip_bytes(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|e| format!("gzip: {e}"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(path, bytes).map_err(|e| format!("{} could not be written: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{brotli_bytes, gzip_bytes};

    #[test]
    fn both_copies_unpack_to_the_same_bytes() {
        let text = "latchkey ".repeat(500).into_bytes();
        let (br, gz) = (brotli_bytes(&text).unwrap(), gzip_bytes(&text).unwrap());
        assert!(br.len() < 60 && gz.len() < 120, "{} and {} bytes", br.len(), gz.len());
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut br.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, text);
        plain.clear();
        flate2::read::GzDecoder::new(gz.as_slice())
            .read_to_end(&mut plain)
            .unwrap();
        assert_eq!(plain, text);
    }
}
