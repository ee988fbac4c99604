//! The table that is printed: Markdown, so that it can be pasted.

use std::fmt;

/// One number beside its baseline.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) measured: String,
    pub(crate) baseline: String,
    pub(crate) ratio: Option<f64>,
    pub(crate) promise: String,
    /// `None` where nothing is promised, or nothing was measured.
    pub(crate) kept: Option<bool>,
}

impl Row {
    /// A number that no bench can measure in minutes.
    pub(crate) fn by_hand(name: &str, most: &str) -> Self {
        let see = "see docs/numbers.md".to_owned();
        Self {
            name: name.to_owned(),
            measured: see,
            baseline: String::new(),
            ratio: None,
            promise: format!("≤ {most}"),
            kept: None,
        }
    }

    fn cells(&self) -> [String; 6] {
        let kept = match self.kept {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        [
            self.name.clone(),
            self.measured.clone(),
            self.baseline.clone(),
            self.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            self.promise.clone(),
            kept.to_owned(),
        ]
    }
}

#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn add(&mut self, row: Row) {
        self.0.push(row);
    }

    /// Whether every promise that was measured is kept.
    pub(crate) fn kept(&self) -> bool {
        self.0.iter().all(|row| row.kept != Some(false))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["number", "measured", "baseline", "ratio", "promise", "kept"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(head).chain(self.0.iter().map(Row::cells)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 6] = std::array::from_fn(width);
        for (place, row) in rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
            if place == 0 {
                for width in widths {
                    write!(f, "|{:-<width$}", "", width = width + 2)?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}
