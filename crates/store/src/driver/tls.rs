//! Encryption towards PostgreSQL, asked for as everywhere: `sslmode` and `sslrootcert` of the
//! connection text. `disable` (also when nothing is said) talks in the clear, `require` encrypts
//! without knowing with whom, `verify-ca` and `verify-full` want a certificate of a known
//! authority: of the file, or of the system.

use std::path::Path;
use std::sync::Arc;

use guanxi_model::{Error, Problem, Result, Status};
use postgres::config::SslMode;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A connection text taken apart.
pub struct Target {
    pub config: tokio_postgres::Config,
    /// None where the connection is in the clear.
    pub tls: Option<MakeRustlsConnect>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Anybody,
    Authority,
    AuthorityAndName,
}

/// Reads a connection text.
///
/// # Errors
/// In words for an operator, where it makes no sense or the authorities cannot be read.
pub fn target(text: &str) -> Result<Target> {
    let (rest, mode, root) = split(text);
    let mut config: tokio_postgres::Config = rest.parse().map_err(|error| bad(format!("{error}")))?;
    let (ssl, trust) = match mode.as_deref() {
        None | Some("disable") => (SslMode::Disable, None),
        Some("prefer" | "allow") => (SslMode::Prefer, Some(Trust::Anybody)),
        // As everywhere: who names an authority wants it asked.
        Some("require") if root.is_none() => (SslMode::Require, Some(Trust::Anybody)),
        Some("require" | "verify-ca") => (SslMode::Require, Some(Trust::Authority)),
        Some("verify-full") => (SslMode::Require, Some(Trust::AuthorityAndName)),
        Some(other) => return Err(bad(format!("sslmode={other}; use disable, require, verify-ca or verify-full"))),
    };
    config.ssl_mode(ssl);
    let tls = trust.map(|trust| client(trust, root.as_deref().map(Path::new))).transpose()?;
    Ok(Target { config, tls: tls.map(MakeRustlsConnect::new) })
}

fn bad(what: String) -> Error {
    Problem::new(Status::Invalid, "bad_database_address").arg("reason", what).into()
}

/// The text without the words that the driver does not know, and these words.
fn split(text: &str) -> (String, Option<String>, Option<String>) {
    let (mut mode, mut root) = (None, None);
    let mut take = |word: &str| {
        let (into, value) = match word.split_once('=') {
            Some(("sslmode", value)) => (&mut mode, value),
            Some(("sslrootcert", value)) => (&mut root, value),
            _ => return false,
        };
        *into = Some(value.trim_matches('\'').replace("%2F", "/"));
        true
    };
    let rest = match text.split_once('?') {
        Some((address, query)) if text.contains("://") => {
            let kept: Vec<&str> = query.split('&').filter(|word| !take(word)).collect();
            if kept.is_empty() { address.to_owned() } else { format!("{address}?{}", kept.join("&")) }
        }
        _ if text.contains("://") => text.to_owned(),
        _ => text.split_whitespace().filter(|word| !take(word)).collect::<Vec<_>>().join(" "),
    };
    (rest, mode, root)
}

fn client(trust: Trust, root: Option<&Path>) -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let known = if trust == Trust::Anybody {
        None
    } else {
        let roots = Arc::new(authorities(root)?);
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build();
        Some(verifier.map_err(|error| bad(format!("certificates: {error}")))?)
    };
    let asked = Arc::new(Asked { known, name: trust == Trust::AuthorityAndName, provider: provider.clone() });
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(Error::internal)?;
    Ok(versions.dangerous().with_custom_certificate_verifier(asked).with_no_client_auth())
}

fn authorities(root: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    match root {
        Some(path) => {
            let named = |error: &dyn std::fmt::Display| bad(format!("sslrootcert {}: {error}", path.display()));
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| named(&error))? {
                roots.add(certificate.map_err(|error| named(&error))?).map_err(|error| named(&error))?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
        }
    }
    if roots.is_empty() {
        Err(bad("no certificates of authorities were found; name a file with sslrootcert".to_owned()))
    } else {
        Ok(roots)
    }
}

/// Asks as much of the server's certificate as the connection text says.
#[derive(Debug)]
struct Asked {
    known: Option<Arc<WebPkiServerVerifier>>,
    name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Asked {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(known) = &self.known else { return Ok(ServerCertVerified::assertion()) };
        match known.verify_server_cert(end, between, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }))
                if !self.name =>
            {
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, Stream};

    use super::*;

    /// Answers one client's wish for encryption, shakes hands, and says whether that went well.
    fn server(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> (u16, std::thread::JoinHandle<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut wish = [0; 8];
            stream.read_exact(&mut wish).unwrap();
            assert_eq!(wish[4..], [4, 210, 22, 47], "no wish for encryption");
            stream.write_all(b"S").unwrap();
            let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
            // The first words of the client come through encrypted, or not at all.
            let mut words = [0; 4];
            Stream::new(&mut connection, &mut stream).read_exact(&mut words).is_ok()
        });
        (port, thread)
    }

    /// Connects to a server whose certificate is for `localhost`; says whether hands were shaken,
    /// and what the client was told.
    fn shaken(host: &str, mode: &str, known: bool) -> (bool, String) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root.pem");
        std::fs::write(&root, if known { made.cert.pem() } else { other.cert.pem() }).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let (port, thread) = server(made.cert.der().clone(), key);
        let asked = if mode == "require" { String::new() } else { format!(" sslrootcert={}", root.display()) };
        let text = format!("host={host} hostaddr=127.0.0.1 port={port} user=u connect_timeout=5 sslmode={mode}{asked}");
        let Some(Err(Error::Refused(problem))) = Some(crate::Store::open_postgres(&text).map(|_| ())) else {
            panic!("connected to nothing")
        };
        (thread.join().unwrap(), format!("{problem:?}"))
    }

    #[test]
    fn a_known_authority_is_trusted_and_an_unknown_one_refused() {
        assert!(shaken("localhost", "verify-full", true).0);
        let (shaken, told) = shaken("localhost", "verify-full", false);
        assert!(!shaken && told.contains("certificate"), "{told}");
    }

    #[test]
    fn a_certificate_of_another_name_is_refused_only_where_the_name_counts() {
        let (full, told) = shaken("elsewhere.example", "verify-full", true);
        assert!(!full && told.contains("certificate"), "{told}");
        assert!(shaken("elsewhere.example", "verify-ca", true).0);
        assert!(!shaken("elsewhere.example", "verify-ca", false).0);
    }

    #[test]
    fn who_only_requires_encryption_gets_it() {
        assert!(shaken("localhost", "require", false).0);
    }

    #[test]
    fn a_server_without_encryption_is_refused_where_it_is_required() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut wish = [0; 8];
            stream.read_exact(&mut wish).unwrap();
            stream.write_all(b"N").unwrap();
            let mut more = Vec::new();
            stream.read_to_end(&mut more).map(|_| more)
        });
        let told = crate::Store::open_postgres(&format!("host=127.0.0.1 port={port} user=u sslmode=require")).map(|_| ()).unwrap_err();
        assert!(format!("{told:?}").contains("TLS"), "{told:?}");
        assert!(thread.join().unwrap().unwrap().is_empty(), "something was said in the clear");
    }

    #[test]
    fn connection_texts_are_taken_apart() {
        for (text, rest, mode, root) in [
            ("postgres://u@h/d", "postgres://u@h/d", None, None),
            ("postgres://u@h/d?sslmode=require", "postgres://u@h/d", Some("require"), None),
            (
                "postgres://u@h/d?sslmode=verify-full&connect_timeout=3&sslrootcert=/a/b.pem",
                "postgres://u@h/d?connect_timeout=3",
                Some("verify-full"),
                Some("/a/b.pem"),
            ),
            ("host=h sslmode=disable user=u", "host=h user=u", Some("disable"), None),
            ("host='h' sslrootcert='/a/b.pem' sslmode=verify-ca", "host='h'", Some("verify-ca"), Some("/a/b.pem")),
        ] {
            assert_eq!(split(text), (rest.to_owned(), mode.map(str::to_owned), root.map(str::to_owned)), "{text}");
        }
        for wrong in ["postgres://u@h/d?sslmode=please", "host=h sslmode=verify-full sslrootcert=/no/such/file"] {
            assert!(matches!(target(wrong), Err(Error::Refused(_))), "{wrong}");
        }
    }
}
