//! A symmetric square of numbers, such as the similarity of every pair.

/// Numbers by an unordered pair of indices; what lies outside reads as zero.
#[derive(Clone, Debug)]
pub struct Symmetric {
    size: usize,
    cells: Vec<f64>,
}

impl Symmetric {
    /// The matrix whose cells are `of(row, column)`, asked once for each unordered pair, rows before columns.
    pub fn build(size: usize, mut of: impl FnMut(usize, usize) -> f64) -> Self {
        let mut matrix = Self { size, cells: vec![0.0; size.saturating_mul(size)] };
        for row in 0..size {
            for column in row..size {
                matrix.set(row, column, of(row, column));
            }
        }
        matrix
    }

    /// The cell of a pair.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.cells.get(self.place(row, column)).copied().unwrap_or(0.0)
    }

    /// Changes the cell of a pair, both ways round.
    pub fn set(&mut self, row: usize, column: usize, number: f64) {
        for place in [self.place(row, column), self.place(column, row)] {
            if let Some(cell) = self.cells.get_mut(place) {
                *cell = number;
            }
        }
    }

    fn place(&self, row: usize, column: usize) -> usize {
        row.saturating_mul(self.size).saturating_add(column)
    }
}
