//! The crowd of `make bench`: sends requests over kept connections for a while and counts answers.
//!
//! `load <address> <connections> <seconds> <status> <request> <file>`: `request` is a whole request in which `{}` stands for a
//! line of the file, taken at random. Prints: requests a second, 50th and 99th percentile in microseconds, and how many
//! answers had another status.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::Instant,
};

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, connections, seconds, status, request, file] = words.as_slice() else {
        return Err("load <address> <connections> <seconds> <status> <request> <file>".into());
    };
    let status: u16 = status.parse()?;
    let lines = std::fs::read_to_string(file)?;
    let requests: Arc<[Vec<u8>]> = lines.lines().map(|line| request.replace("{}", line).into()).collect();
    let until = Instant::now() + Duration::from_secs_f64(seconds.parse()?);
    let began = Instant::now();
    let crowd: Vec<_> = (0..connections.parse::<u64>()?)
        .map(|number| tokio::spawn(one(address.clone(), requests.clone(), status, number, until)))
        .collect();
    let (mut times, mut other) = (Vec::new(), 0);
    for member in crowd {
        let (theirs, others) = member.await??;
        times.extend(theirs);
        other += others;
    }
    let took = began.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    #[expect(
        clippy::print_stdout,
        clippy::cast_precision_loss,
        reason = "its answer; a count of requests is small"
    )]
    {
        println!("{:.0} {} {} {other}", times.len() as f64 / took, at(50), at(99));
    }
    Ok(())
}

async fn one(
    address: String,
    requests: Arc<[Vec<u8>]>,
    status: u16,
    seed: u64,
    until: Instant,
) -> Result<(Vec<u32>, u64), Failed> {
    let mut stream = BufReader::new(TcpStream::connect(address).await?);
    stream.get_ref().set_nodelay(true)?;
    let (mut times, mut other) = (Vec::new(), 0);
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    while Instant::now() < until {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let index = usize::try_from(random % u64::try_from(requests.len())?)?;
        let before = Instant::now();
        stream.get_mut().write_all(&requests[index]).await?;
        if answer(&mut stream).await? != status {
            other += 1;
        }
        times.push(u32::try_from(before.elapsed().as_micros())?);
    }
    Ok((times, other))
}

/// The status, after reading all of the answer.
async fn answer(stream: &mut BufReader<TcpStream>) -> Result<u16, Failed> {
    let (mut status, mut length, mut line) = (None, 0, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err("the connection was closed".into());
        }
        let text = line.trim_end().to_ascii_lowercase();
        if status.is_none() {
            status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        } else if let Some(value) = text.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        } else if text.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    status.ok_or_else(|| "no status".into())
}
