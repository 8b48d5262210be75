//! Pictures to send: drawn by the browser, so that none has to be kept.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use whatscrap_testkit::browser::Browser;

/// Hills under a sky, in these colours.
pub(crate) async fn landscape(browser: &Browser, size: (u32, u32), hues: [u32; 2]) -> Vec<u8> {
    let (width, height) = size;
    let [sky, hills] = hues;
    drawn(
        browser,
        size,
        &format!(
            "const sky = c.createLinearGradient(0, 0, 0, {height});
            sky.addColorStop(0, 'hsl({sky} 70% 78%)');
            sky.addColorStop(1, 'hsl({hills} 80% 92%)');
            c.fillStyle = sky;
            c.fillRect(0, 0, {width}, {height});
            c.fillStyle = 'hsl(45 100% 92%)';
            c.beginPath();
            c.arc({width} * 0.72, {height} * 0.3, {height} * 0.09, 0, 7);
            c.fill();
            for (let i = 0; i < 4; i++) {{
              c.fillStyle = `hsl({hills} ${{30 + i * 6}}% ${{62 - i * 12}}%)`;
              c.beginPath();
              c.moveTo(0, {height});
              for (let x = 0; x <= {width}; x += 4)
                c.lineTo(x, {height} * (0.5 + i * 0.12 - 0.07 * Math.sin(x / {width} * (4 + i * 2) + i * 2)));
              c.lineTo({width}, {height});
              c.fill();
            }}"
        ),
    )
    .await
}

/// A face of sorts, for a portrait.
pub(crate) async fn face(browser: &Browser, hue: u32) -> Vec<u8> {
    drawn(
        browser,
        (256, 256),
        &format!(
            "c.fillStyle = 'hsl({hue} 45% 72%)';
            c.fillRect(0, 0, 256, 256);
            c.fillStyle = 'hsl({hue} 40% 34%)';
            c.beginPath();
            c.ellipse(128, 250, 92, 74, 0, 0, 7);
            c.fill();
            c.fillStyle = 'hsl(28 55% 78%)';
            c.beginPath();
            c.arc(128, 118, 56, 0, 7);
            c.fill();
            c.fillStyle = 'hsl({hue} 35% 22%)';
            c.beginPath();
            c.arc(128, 104, 60, Math.PI, 0);
            c.fill();"
        ),
    )
    .await
}

async fn drawn(browser: &Browser, (width, height): (u32, u32), how: &str) -> Vec<u8> {
    let script = format!(
        "(() => {{
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [{width}, {height}];
            const c = canvas.getContext('2d');
            {how}
            return canvas.toDataURL('image/png').split(',')[1];
        }})()"
    );
    let data = browser.eval(&script).await;
    let data = data.as_str().expect("a drawing is text");
    BASE64_STANDARD.decode(data).expect("and that is base64")
}
