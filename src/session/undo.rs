//! Undo and redo of what is edited beside the document: frame lines and looks that are in no file yet.

/// What something was before each edit, and after each that was undone. A gesture is one edit.
pub(super) struct Steps<T> {
    undo: Vec<T>,
    redo: Vec<T>,
    /// The next edit is a step of its own.
    sealed: bool,
}

impl<T> Default for Steps<T> {
    fn default() -> Self {
        Self { undo: vec![], redo: vec![], sealed: true }
    }
}

impl<T> Steps<T> {
    /// Steps that are kept.
    const DEPTH: usize = 200;

    /// After an edit, with what was there before it.
    pub fn edited(&mut self, before: T) {
        self.redo.clear();
        if std::mem::take(&mut self.sealed) || self.undo.is_empty() {
            self.undo.push(before);
            let more = self.undo.len().saturating_sub(Self::DEPTH);
            self.undo.drain(..more);
        }
    }

    /// Takes a step back, or one that was taken back again, where there is one. `swap` exchanges what is now and what it holds.
    pub fn step(&mut self, back: bool, swap: impl FnOnce(&mut T)) {
        let (from, to) = if back { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        if let Some(mut step) = from.pop() {
            swap(&mut step);
            to.push(step);
            self.sealed = true;
        }
    }

    /// Ends a gesture.
    pub fn seal(&mut self) {
        self.sealed = true;
    }
    /// What [`step`](Self::step) would take.
    pub fn next(&self, back: bool) -> Option<&T> {
        if back { self.undo.last() } else { self.redo.last() }
    }
    /// The step that was the first of those that are kept.
    pub fn first(&self) -> Option<&T> {
        self.undo.first().or_else(|| self.redo.last())
    }
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.undo.iter_mut().chain(&mut self.redo)
    }
}
