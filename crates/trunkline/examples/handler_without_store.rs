//! Serves the webhook handler without its journal, for `./dev bench inbound`.

use std::net::SocketAddr;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Options {
    /// The address to listen at.
    #[arg(long)]
    listen: SocketAddr,
    /// The key that webhooks are signed with.
    #[arg(long)]
    auth_token: String,
}

#[allow(clippy::print_stdout, reason = "tells the benchmark that it is ready")]
fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("http://{}", options.listen);
    runtime.block_on(trunkline::bench::serve_handler_without_store(options.listen, &options.auth_token))
}
