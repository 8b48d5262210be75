//! Two panels side by side, both axes logarithmic, as an SVG without a
//! background: its colours are legible on white and on black.

use std::fmt::{self, Display, Formatter};
use std::ops::RangeInclusive;

use crate::report::precise;
use crate::table::{count, small};

const INK: &str = "#6e7781";
const COLOURS: [&str; 2] = ["#2f81f7", "#d4762c"];

/// Where a panel's field lies in it, in pixels.
const LEFT: f64 = 84.0;
const TOP: f64 = 40.0;
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 240.0;
/// From one panel to the next.
const PITCH: f64 = 450.0;

/// A plot of two measures over the same sizes.
pub(crate) struct Plot {
    /// What the sizes are.
    pub(crate) axis: String,
    pub(crate) panels: [Panel; 2],
}

/// One measure.
pub(crate) struct Panel {
    title: String,
    pub(crate) series: Vec<Series>,
}

/// One line of a panel.
pub(crate) struct Series {
    name: String,
    points: Vec<(f64, f64)>,
}

impl Panel {
    pub(crate) fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            series: Vec::new(),
        }
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.series
            .iter()
            .flat_map(|series| series.points.iter().copied())
    }
}

impl Series {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            points: Vec::new(),
        }
    }

    pub(crate) fn point(&mut self, size: usize, measure: f64) {
        self.points.push((precise(size as u64), measure));
    }
}

impl Display for Plot {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 340" font-family="system-ui, sans-serif" font-size="12" fill="{INK}">"#
        )?;
        for (panel, left) in self.panels.iter().zip([0.0, PITCH]) {
            writeln!(f, r#"<g transform="translate({left} 0)">"#)?;
            draw(panel, &self.axis, f)?;
            writeln!(f, "</g>")?;
        }
        writeln!(f, "</svg>")
    }
}

fn draw(panel: &Panel, axis: &str, f: &mut Formatter<'_>) -> fmt::Result {
    let across = Scale::over(panel.points().map(|(size, _)| size));
    let up = Scale::over(panel.points().map(|(_, measure)| measure));
    let x = |size: f64| LEFT + WIDTH * across.place(size);
    let y = |measure: f64| TOP + HEIGHT * (1.0 - up.place(measure));
    let (right, bottom) = (LEFT + WIDTH, TOP + HEIGHT);
    writeln!(
        f,
        r#"<text x="{LEFT}" y="20" font-weight="600">{}</text>"#,
        panel.title
    )?;
    writeln!(
        f,
        r#"<text x="{right}" y="{}" text-anchor="end">{axis}</text>"#,
        bottom + 40.0
    )?;
    for size in across.decades() {
        let (at, label) = (x(size), count(size));
        writeln!(
            f,
            r#"<text x="{at:.1}" y="{}" text-anchor="middle">{label}</text>"#,
            bottom + 20.0
        )?;
    }
    for measure in up.decades() {
        let (at, label, end) = (y(measure), small(measure), LEFT - 8.0);
        writeln!(
            f,
            r#"<path d="M{LEFT} {at:.1}H{right}" stroke="{INK}" stroke-opacity=".3"/>"#
        )?;
        writeln!(
            f,
            r#"<text x="{end}" y="{:.1}" text-anchor="end">{label}</text>"#,
            at + 4.0
        )?;
    }
    for (number, (series, colour)) in panel.series.iter().zip(COLOURS).enumerate() {
        let points = series
            .points
            .iter()
            .map(|&(size, measure)| (x(size), y(measure)));
        let line: Vec<String> = points
            .clone()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let line = line.join(" ");
        writeln!(
            f,
            r#"<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>"#
        )?;
        for (x, y) in points {
            writeln!(
                f,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="3.5" fill="{colour}"/>"#
            )?;
        }
        let (at, name) = (LEFT + 110.0 * precise(number as u64), &series.name);
        writeln!(
            f,
            r#"<text x="{at}" y="{}" fill="{colour}">{name}</text>"#,
            bottom + 40.0
        )?;
    }
    Ok(())
}

/// A logarithmic scale over whole decades.
struct Scale(RangeInclusive<i32>);

impl Scale {
    fn over(values: impl Iterator<Item = f64>) -> Self {
        let (least, most) = values
            .filter(|value| *value > 0.0)
            .fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), value| {
                (least.min(value), most.max(value))
            });
        let first = decade(least.min(most), f64::floor);
        Self(first..=decade(most, f64::ceil).max(first + 1))
    }

    /// From 0 at its beginning to 1 at its end.
    fn place(&self, value: f64) -> f64 {
        let (first, last) = (f64::from(*self.0.start()), f64::from(*self.0.end()));
        (value.max(f64::MIN_POSITIVE).log10().max(first) - first) / (last - first)
    }

    fn decades(&self) -> impl Iterator<Item = f64> + use<> {
        self.0.clone().map(|decade| 10_f64.powi(decade))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "there are few decades")]
fn decade(value: f64, round: fn(f64) -> f64) -> i32 {
    round(value.log10()) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_covers_whole_decades() {
        let scale = Scale::over([20.0, 3_000.0].into_iter());
        assert_eq!(
            scale.decades().collect::<Vec<_>>(),
            [10.0, 100.0, 1_000.0, 10_000.0]
        );
        assert!((scale.place(100.0) - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_plot_draws_each_series_once() {
        let panel = |title| {
            let mut series = Series::new("SQLite");
            series.point(1, 5.0);
            series.point(100, 7.0);
            let mut panel = Panel::new(title);
            panel.series.push(series);
            panel
        };
        let plot = Plot {
            axis: "members".to_owned(),
            panels: [panel("left"), panel("right")],
        };
        let svg = plot.to_string();
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 4);
    }
}
