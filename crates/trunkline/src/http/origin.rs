//! Where a request seems to have come from, as far as the proxies in front of us can be trusted (A9).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Problem;

/// Which peers may speak for others through `X-Forwarded-*`.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(pub(crate) Vec<Network>);

/// A range of addresses in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    fn contains(self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                same_prefix(net.to_bits().into(), ip.to_bits().into(), 32, self.prefix)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => same_prefix(net.to_bits(), ip.to_bits(), 128, self.prefix),
            _ => false,
        }
    }
}

fn same_prefix(a: u128, b: u128, bits: u8, prefix: u8) -> bool {
    let shift = u32::from(bits.saturating_sub(prefix));
    a.checked_shr(shift).unwrap_or(0) == b.checked_shr(shift).unwrap_or(0)
}

impl std::str::FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || format!("'{text}' is not an address or a range such as 10.0.0.0/8");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.trim().parse().map_err(|_| refused())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => widest,
            Some(prefix) => prefix.trim().parse().ok().filter(|p| *p <= widest).ok_or_else(refused)?,
        };
        Ok(Network { address, prefix })
    }
}

impl TrustedProxies {
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(peer))
    }

    /// The client's address: the peer's own, or the last hop in `X-Forwarded-For` that we do not trust.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let hops = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
        hops.flat_map(|value| value.rsplit(','))
            .map_while(|hop| hop.trim().parse::<IpAddr>().ok())
            .find(|hop| !self.trusts(*hop))
            .unwrap_or(peer)
    }

    /// Every `scheme://host` under which the request may have been made, most likely first: the configured
    /// one, what a trusted proxy says, what the request itself says.
    pub(crate) fn bases(&self, configured: Option<&str>, peer: IpAddr, headers: &HeaderMap) -> Vec<String> {
        let mut bases: Vec<String> =
            configured.map(|base| base.trim_end_matches('/').to_owned()).into_iter().collect();
        let first = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.split(',').next()?.trim().to_owned())
        };
        let own = headers.get(header::HOST).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if self.trusts(peer) {
            let host = first("x-forwarded-host").or_else(|| own.clone());
            if let Some(host) = host {
                let scheme = first("x-forwarded-proto").unwrap_or_else(|| "https".to_owned());
                bases.push(format!("{scheme}://{host}"));
            }
        }
        // A proxy that ends TLS without telling us still leaves the host it was asked for.
        bases.extend(own.iter().flat_map(|host| [format!("http://{host}"), format!("https://{host}")]));
        bases.dedup();
        bases
    }

    /// Whether the browser spoke HTTPS, to us or to a proxy we trust.
    pub(crate) fn is_https(&self, configured: Option<&str>, peer: IpAddr, headers: &HeaderMap) -> bool {
        let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
        match forwarded {
            Some(proto) if self.trusts(peer) => proto.trim_start().starts_with("https"),
            _ => configured.is_some_and(|base| base.starts_with("https://")),
        }
    }
}

/// What is known of whoever made a request. Every request gets one, from [`identify`].
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// The address of the client, not of a proxy of ours.
    pub(crate) ip: IpAddr,
    /// Whether the browser's side of the connection is encrypted.
    pub(crate) https: bool,
    /// Every `scheme://host` the request may have been made under, most likely first.
    pub(crate) bases: Vec<String>,
}

/// How requests are traced back to their clients: the trusted proxies and the configured base address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    pub(crate) proxies: TrustedProxies,
    pub(crate) base_url: Option<String>,
}

/// Middleware: works out the [`Client`] of each request once.
pub(crate) async fn identify(
    axum::extract::State(origins): axum::extract::State<Arc<Origins>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
    let (proxies, base) = (&origins.proxies, origins.base_url.as_deref());
    let client = Client {
        ip: proxies.client(peer, request.headers()),
        https: proxies.is_https(base, peer, request.headers()),
        bases: proxies.bases(base, peer, request.headers()),
    };
    request.extensions_mut().insert(client);
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Client>()
            .cloned()
            .ok_or_else(|| Problem::internal(&"a request was not identified"))
    }
}

/// The path and query of `uri`, exactly as asked.
pub(crate) fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |both| both.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(list: &[&str]) -> TrustedProxies {
        TrustedProxies(list.iter().map(|text| text.parse().unwrap()).collect())
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn forwarded_headers_count_only_from_a_trusted_peer() {
        let headers = headers(&[
            ("host", "inner:4470"),
            ("x-forwarded-host", "shop.example"),
            ("x-forwarded-proto", "https"),
        ]);
        let peer = "10.1.2.3".parse().unwrap();
        assert_eq!(proxies(&["10.0.0.0/8"]).bases(None, peer, &headers)[0], "https://shop.example");
        assert_eq!(proxies(&[]).bases(None, peer, &headers)[0], "http://inner:4470");
    }

    #[test]
    fn the_client_is_the_last_hop_that_is_not_ours() {
        let headers = headers(&[("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.7")]);
        let ours = proxies(&["10.0.0.0/8"]);
        assert_eq!(ours.client("10.0.0.1".parse().unwrap(), &headers).to_string(), "203.0.113.9");
        assert_eq!(ours.client("198.51.100.1".parse().unwrap(), &headers).to_string(), "198.51.100.1");
    }

    #[test]
    fn ranges_are_read_and_nonsense_is_refused() {
        assert!("10.0.0.0/8".parse::<Network>().unwrap().contains("10.255.0.1".parse().unwrap()));
        assert!("::1".parse::<Network>().unwrap().contains("::1".parse().unwrap()));
        assert!(!"192.168.0.0/16".parse::<Network>().unwrap().contains("192.169.0.1".parse().unwrap()));
        for text in ["", "10.0.0.0/33", "host", "1.2.3.4/x"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
