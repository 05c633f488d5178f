//! Measures durable enqueue on both engines, for `./dev bench enqueue`: 16 in flight beside one at a time,
//! in turn, so that the ratio holds when the machine's speed drifts.

use clap::Parser;
use trunkline::bench::EnqueueBench;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Options {
    /// Rounds of each.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Messages per round.
    #[arg(long, default_value_t = 5_000)]
    messages: usize,
    /// Messages in flight.
    #[arg(long, default_value_t = 16)]
    in_flight: usize,
    /// Only enqueue, once and with nothing to compare: for counting fsyncs from outside.
    #[arg(long)]
    count_only: bool,
    /// Only this engine: `sqlite` or `postgres`.
    #[arg(long)]
    engine: Option<String>,
    /// The PostgreSQL server; a database of its own is expected at this address.
    #[arg(long, env = "TRUNKLINE_BENCH_POSTGRES")]
    postgres: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let wanted = |engine: &str| options.engine.as_deref().is_none_or(|only| only == engine);
    if wanted("sqlite") {
        let folder = std::env::temp_dir().join(format!("trunkline-enqueue-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        measure("SQLite", EnqueueBench::sqlite(&folder).await?, &options).await?;
        std::fs::remove_dir_all(&folder)?;
    }
    match &options.postgres {
        Some(url) if wanted("postgres") => {
            measure("PostgreSQL", EnqueueBench::postgres(url).await?, &options).await?;
        }
        _ => {}
    }
    Ok(())
}

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark's results go to the terminal")]
async fn measure(engine: &str, mut bench: EnqueueBench, options: &Options) -> anyhow::Result<()> {
    if options.count_only {
        bench.run(options.messages, options.in_flight).await?;
        return Ok(());
    }
    let (mut ours, mut reference) = (Vec::new(), Vec::new());
    for round in 0..=options.rounds {
        let many = bench.run(options.messages, options.in_flight).await?;
        let single = bench.run(options.messages / 10, 1).await?;
        // The first round warms up.
        if round > 0 {
            ours.push(many.messages as f64 / many.took.as_secs_f64());
            reference.push(single.messages as f64 / single.took.as_secs_f64());
        }
    }
    let ratios: Vec<f64> = ours.iter().zip(&reference).map(|(ours, reference)| ours / reference).collect();
    let (ours, reference, ratio) = (median(ours), median(reference), median(ratios));
    eprintln!(
        "{engine:<11} {ours:>9.0}/s with {} in flight, {reference:>8.0}/s one at a time",
        options.in_flight
    );
    println!(
        "{}",
        serde_json::json!({
            "name": format!("enqueue, {engine}, messages/s with {} in flight", options.in_flight),
            "ours": ours.round(),
            "reference": reference.round(),
            "reference_name": "the same, one at a time",
            "ratio": (ratio * 100.0).round() / 100.0,
            "rounds": options.rounds,
        })
    );
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
