//! Whose certificates are believed: those that this machine believes, and further ones that it was told of.

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{Certificate, TlsParameters};

/// Whose certificates are believed.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificates of authorities beside the system's, in DER.
    pub authorities: Vec<Vec<u8>>,
}

impl Trust {
    /// What a connection by SMTP is encrypted with.
    pub(crate) fn smtp(&self, host: &str) -> Result<TlsParameters, Error> {
        let mut builder = TlsParameters::builder(host.to_owned());
        for authority in &self.authorities {
            builder = builder.add_root_certificate(Certificate::from_der(authority.clone())?);
        }
        builder.build_rustls()
    }
}
