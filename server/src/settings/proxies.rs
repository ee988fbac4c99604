//! Proxies whose word about their clients is believed.

use std::net::IpAddr;

/// Networks of trusted proxies; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// The addresses that begin with the first `bits` of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u32,
}

impl Proxies {
    /// Reads addresses and networks in CIDR notation, separated by commas.
    ///
    /// # Errors
    /// What is wrong, for the person who configured it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(Network::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether this is the address of one.
    #[must_use]
    pub fn have(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address.to_canonical()))
    }
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let problem = || format!("{text:?} is neither an IP address nor a network such as 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| problem())?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(all), str::parse).ok().filter(|bits| *bits <= all).ok_or_else(problem)?;
        Ok(Self { address, bits })
    }

    fn has(self, other: IpAddr) -> bool {
        let differing = match (self.address, other) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => (ours.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(ours), IpAddr::V6(other)) => (ours.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        self.bits <= differing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_the_addresses_that_begin_alike() {
        let proxies = Proxies::parse("10.1.0.0/16, 192.0.2.7,2001:db8::/33,").expect("proxies");
        for (address, is_ours) in [
            ("10.1.255.255", true),
            ("10.2.0.0", false),
            ("::ffff:10.1.2.3", true),
            ("192.0.2.7", true),
            ("192.0.2.6", false),
            ("2001:db8:7fff::1", true),
            ("2001:db8:8000::1", false),
        ] {
            assert_eq!(proxies.have(address.parse().expect("an address")), is_ours, "{address}");
        }
        assert!(Proxies::parse("0.0.0.0/0").expect("all").have("203.0.113.9".parse().expect("an address")));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["proxy.example", "10.0.0.0/33", "10.0.0.0/", "2001:db8::/129", "10.0.0.0/-1"] {
            assert!(Proxies::parse(text).is_err(), "{text}");
        }
        assert_eq!(Proxies::parse(" , "), Ok(Proxies::default()));
    }
}
