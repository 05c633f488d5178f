//! The product itself, but webhooks are acknowledged without being kept: for `./dev bench inbound`.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    trunkline::bench::take_journal_out();
    trunkline::run()
}
