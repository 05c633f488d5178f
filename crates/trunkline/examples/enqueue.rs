//! Measures durable enqueue on one engine, for `./dev bench enqueue`.

use clap::Parser;
use trunkline::bench::EnqueueBench;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Options {
    /// Messages that are measured.
    #[arg(long, default_value_t = 10_000)]
    messages: usize,
    /// Messages in flight.
    #[arg(long, default_value_t = 16)]
    in_flight: usize,
    /// Enqueue a tenth more at first, to warm up, and print how many a second the others were. Without it nothing is
    /// printed: for counting fsyncs from outside.
    #[arg(long)]
    once: bool,
    /// `sqlite` or `postgres`.
    #[arg(long)]
    engine: String,
    /// The PostgreSQL database.
    #[arg(long, env = "TRUNKLINE_BENCH_POSTGRES", default_value = "")]
    postgres: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if options.engine == "postgres" {
        return measure(EnqueueBench::postgres(&options.postgres).await?, &options).await;
    }
    let folder = std::env::temp_dir().join(format!("trunkline-enqueue-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    measure(EnqueueBench::sqlite(&folder).await?, &options).await?;
    Ok(std::fs::remove_dir_all(&folder)?)
}

#[allow(clippy::print_stdout, reason = "a benchmark's result goes to the terminal")]
async fn measure(mut bench: EnqueueBench, options: &Options) -> anyhow::Result<()> {
    if options.once {
        bench.run(options.messages / 10, options.in_flight).await?;
    }
    let run = bench.run(options.messages, options.in_flight).await?;
    if options.once {
        println!("{}", run.messages as f64 / run.took.as_secs_f64());
    }
    Ok(())
}
