//! The control: a proxy that answers a save with a receipt of its own making, correct to the last bit, and only then
//! hands it to the server.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use holdfast::receipt::Chain;
use holdfast::wire::{PatchDraft, Receipt};

use super::{Tally, look, new_authors, write};
use crate::Result;
use crate::http::{Client, Site, read_message};
use crate::random::Random;
use crate::server::Server;
use crate::stopwatch::pass;

/// Whether one cycle through the liar ends with something found missing.
pub(super) fn is_caught(binary: &Path, seed: u64) -> bool {
    cycle(binary, seed).is_err_and(|error| error.to_string().contains("last receipt"))
}

fn cycle(binary: &Path, seed: u64) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data");
    let random = Random::new(seed);
    let server = Server::start(binary, &data)?;
    let site = Client::sign_in(server.addr)?;
    let mut authors = new_authors(&site, &random)?;
    let liar = Liar::start(server.addr)?;
    let through = Site { addr: liar.addr, cookie: site.cookie.clone() };
    std::thread::scope(|scope| {
        for author in &mut authors {
            let through = &through;
            scope.spawn(move || write(author, through));
        }
        pass(Duration::from_micros(5_000 + random.below(145_000)));
        let killed = server.kill();
        liar.stopped.store(true, Ordering::Relaxed);
        killed
    })?;
    let server = Server::start(binary, &data)?;
    look(&Site { addr: server.addr, cookie: site.cookie }, &mut authors, &mut Tally::default())
}

struct Liar {
    addr: SocketAddr,
    stopped: Arc<AtomicBool>,
}

/// The chain of each draft that went by.
type Chains = Arc<Mutex<HashMap<String, Chain>>>;

impl Liar {
    fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let liar = Self { addr: listener.local_addr()?, stopped: Arc::default() };
        let (chains, stopped) = (Chains::default(), Arc::clone(&liar.stopped));
        std::thread::spawn(move || {
            for client in listener.incoming().take(super::AUTHORS).flatten() {
                let (chains, stopped) = (Arc::clone(&chains), Arc::clone(&stopped));
                // The connection's end is the end of the conversation, whichever side it comes from.
                std::thread::spawn(move || drop(converse(client, server, &chains, &stopped)));
            }
        });
        Ok(liar)
    }
}

fn converse(mut client: TcpStream, server: SocketAddr, chains: &Chains, stopped: &AtomicBool) -> Result<()> {
    client.set_nodelay(true)?;
    let mut upstream = TcpStream::connect(server)?;
    let (mut from_client, mut from_server) = (Vec::new(), Vec::new());
    while !stopped.load(Ordering::Relaxed) {
        let (head, body) = read_message(&mut client, &mut from_client)?;
        let path = head.split(' ').nth(1).ok_or("not a request")?.to_owned();
        let receipt = serde_json::to_string(&forge(&path, &serde_json::from_slice(&body)?, chains))?;
        write!(client, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{receipt}", receipt.len())?;
        let head = head.replace(&client.local_addr()?.to_string(), &server.to_string());
        upstream.write_all(format!("{head}\r\n\r\n").as_bytes())?;
        upstream.write_all(&body)?;
        read_message(&mut upstream, &mut from_server)?;
    }
    Ok(())
}

fn forge(path: &str, patch: &PatchDraft, chains: &Chains) -> Receipt {
    let mut chains = chains.lock().unwrap_or_else(PoisonError::into_inner);
    let chain = chains.entry(path.to_owned()).or_insert_with(|| Chain::start(""));
    *chain = chain.next(&patch.edits);
    let acked_seq = patch.seq + patch.edits.len() as u64 - 1;
    Receipt { head: patch.base_head + 1, acked_seq, hash: chain.hex(), saved_at: 1 }
}
