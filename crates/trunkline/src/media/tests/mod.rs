//! Media through the whole app: from a phone through the simulated carrier, into the thread and out of the doors.

mod doors;
mod incoming;
mod life;
mod missing;
mod outgoing;
mod pictures;
mod private;

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use crate::test_support::{ANA, Answer, Client, LINE, TestApp};

/// A JPEG with two halves, left red and right blue.
fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let half = |x: u32| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    encode(&RgbImage::from_fn(width, height, |x, _| half(x)), ImageFormat::Jpeg)
}

fn png(width: u32, height: u32) -> Vec<u8> {
    encode(&RgbImage::new(width, height), ImageFormat::Png)
}

fn encode(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

impl TestApp {
    /// Ana sends a file; its webhook is told, but no job has run yet.
    async fn sends_file(&self, content_type: &str, bytes: Vec<u8>) {
        let url = self.carrier.simulator.add_file(content_type, bytes.into()).unwrap();
        self.sends_media(&[url]).await;
    }

    async fn sends_media(&self, urls: &[String]) {
        self.carrier.simulator.text(ANA, LINE, "Look", urls).unwrap();
        self.carrier.until_told().await;
    }

    /// The files of the newest message.
    async fn media(&self, client: &Client) -> Vec<Value> {
        let messages = client.get("/api/messages?limit=1").await.expect(200);
        messages["items"][0]["media"].as_array().unwrap().clone()
    }

    /// The only file of the newest message.
    async fn medium(&self, client: &Client) -> Value {
        let mut media = self.media(client).await;
        assert_eq!(media.len(), 1, "{media:?}");
        media.remove(0)
    }

    /// How many objects there are where files are kept.
    fn objects(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
            entries
                .map(|entry| entry.unwrap().path())
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(&self.media_folder())
    }
}

/// A header of an answer.
fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}
