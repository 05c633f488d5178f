//! `trunkline simulate`: runs the simulator alone.

use anyhow::Context;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trunkline_simulator::{
    BusinessNumber, Config, MessagingService, ResendAccount, Simulator, TelnyxAccount,
};

use super::{SimulateArguments, asked_to_stop, say};
use crate::clock;

/// The pool that the demo number is in. Made up, like the account.
const SERVICE_SID: &str = "MG2f6b1c9d7e804a53b1d0c6a95e3f8d27";

/// The address at Resend (RFC 2606, `.example`).
const MAILBOX: &str = "hello@harborstreet.example";

/// The number at Telnyx, as made up as the other.
const TELNYX_NUMBER: &str = "+14155550143";

pub(super) fn run(arguments: SimulateArguments) -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter("warn").with_writer(std::io::stderr).init();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(simulate(arguments))
}

async fn simulate(arguments: SimulateArguments) -> anyhow::Result<()> {
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen at {}", arguments.listen))?;
    let address = format!("http://{}", listener.local_addr()?);
    let mut config = Config::demo(&arguments.webhook, &arguments.webhook);
    config.ledger_path = arguments.ledger;
    config.public_url = Some(address.clone());
    let number = config.numbers.first().map(|number| number.number.clone()).unwrap_or_default();
    // Only a pool of numbers can schedule (Twilio, Messaging Services).
    config.services.push(MessagingService {
        sid: SERVICE_SID.to_owned(),
        numbers: vec![number.clone()],
        use_inbound_webhook_on_number: true,
        ..MessagingService::default()
    });
    config.numbers.push(BusinessNumber {
        number: TELNYX_NUMBER.to_owned(),
        name: "Harbor Street Dental, by Telnyx".to_owned(),
        ..BusinessNumber::default()
    });
    let telnyx = TelnyxAccount::demo(TELNYX_NUMBER, arguments.telnyx_webhook);
    // Whoever tries things out is not slowed down: that an account has a limit is a fault to be asked for.
    let resend = ResendAccount { per_second: None, ..ResendAccount::demo(MAILBOX, arguments.resend_webhook) };
    // For scripts that start it: nothing here opens anything but this simulator. The address is the last.
    say(&format!(
        "account_sid={}\nauth_token={}\nnumber={number}\nmessaging_service_sid={SERVICE_SID}",
        config.account_sid, config.auth_token
    ));
    say(&format!(
        "telnyx_api_key={}\ntelnyx_public_key={}\ntelnyx_number={TELNYX_NUMBER}\ntelnyx_profile_id={}",
        telnyx.api_key,
        telnyx.public_key(),
        telnyx.profile_id
    ));
    say(&format!(
        "resend_api_key={}\nresend_webhook_secret={}\nresend_address={MAILBOX}\naddress={address}",
        resend.api_key, resend.webhook_secret
    ));
    config.telnyx = Some(telnyx);
    config.resend = Some(resend);
    let simulator = Simulator::new(config, clock::system()).context("the simulator could not start")?;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (simulator, stop) = (simulator.clone(), stop.clone());
        async move { simulator.run(stop.cancelled_owned()).await }
    });
    simulator.serve_with_control(listener, asked_to_stop()).await.context("the simulator stopped")?;
    stop.cancel();
    Ok(running.await?)
}
