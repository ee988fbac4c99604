//! Who is at the other end of a connection, and who at the other end of a proxy that is believed.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper_util::service::TowerToHyperService;

pub(crate) use crate::settings::Proxies;

/// The other end of the connection that a request came over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// All routes, for one connection.
pub(crate) struct ForPeer {
    pub(crate) router: TowerToHyperService<Router>,
    pub(crate) peer: Peer,
}

impl hyper::service::Service<Request<Incoming>> for ForPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as hyper::service::Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.router.call(request)
    }
}

impl Proxies {
    /// The client's address: the peer's, unless that is a proxy of ours. Then it is what our proxies say: of the addresses
    /// in `X-Forwarded-For` the last one that is not a proxy of ours itself. What stands before that one was written by
    /// whoever wanted to.
    pub(crate) fn client(&self, peer: Option<Peer>, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(ip)| ip.to_canonical());
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let mut hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        while self.have(client) {
            let Some(hop) = hops.next().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) else { break };
            client = hop.to_canonical();
        }
        client
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &str, peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().expect("a header value"));
        }
        let peer = Peer(peer.parse().expect("an address"));
        Proxies::parse(proxies).expect("proxies").client(Some(peer), &headers).to_string()
    }

    #[test]
    fn without_proxies_nobody_is_believed() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("10.0.0.1", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_of_ours_is_the_client_whatever_stands_before_it() {
        let proxies = "10.0.0.0/8, 2001:db8::/32";
        assert_eq!(client(proxies, "10.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(proxies, "10.0.0.1", &["203.0.113.9", "198.51.100.7, 10.9.9.9"]), "198.51.100.7");
        assert_eq!(client(proxies, "::ffff:10.0.0.1", &["198.51.100.7,2001:db8::1"]), "198.51.100.7");
        assert_eq!(client(proxies, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client(proxies, "10.0.0.1", &["198.51.100.7, unknown"]), "10.0.0.1", "what cannot be read hides it");
    }
}
