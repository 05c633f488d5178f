//! Whose certificates are believed: those that this machine believes, and further ones that it was told of.

use std::sync::Arc;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

/// Whose certificates are believed.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificates of authorities beside the system's, in DER.
    pub authorities: Vec<Vec<u8>>,
}

impl Trust {
    /// The certificates in a PEM file.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn read_pem(pem: &[u8]) -> Result<Vec<Vec<u8>>, rustls::pki_types::pem::Error> {
        CertificateDer::pem_slice_iter(pem).map(|read| read.map(|certificate| certificate.to_vec())).collect()
    }

    /// What a connection by SMTP is encrypted with.
    pub(crate) fn smtp(&self, host: &str) -> Result<TlsParameters, Error> {
        let mut builder = TlsParameters::builder(host.to_owned());
        for authority in &self.authorities {
            builder = builder.add_root_certificate(Certificate::from_der(authority.clone())?);
        }
        builder.build_rustls()
    }

    /// What any other connection is encrypted with.
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let authorities = self.authorities.iter().cloned().map(CertificateDer::from);
        let verifier = Verifier::new_with_extra_roots(authorities, provider.clone())?;
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok(Arc::new(config.with_no_client_auth()))
    }
}
