package org.cumae.model;

/// What a model can be asked. A decoder says which of these it needs; see [Card#require].
public enum Capability {
    /// Predicts the value that follows a line of known ones.
    NEXT_TOKEN("next-token prediction"),
    /// Rows may see all rows of their query, later ones too.
    FULL_VISIBILITY("full visibility within a query"),
    /// Any mask over rows is honoured, draft trees among them.
    ANY_VISIBILITY("arbitrary visibility (draft trees, masks)"),
    /// Fed rows can be taken back: `truncate` to any length, `keep` of any path.
    ROLLBACK("rollback of fed rows"),
    /// Any variable can be asked given any others.
    ANY_ORDER("prediction in any order"),
    /// Has a mask id and predicts what is under it.
    MASKED("prediction of masked tokens"),
    /// Takes real vectors as input.
    VECTORS("vectors as input"),
    /// Takes its own hidden states as input.
    PIVOTS("hidden states as input"),
    /// Gives continuous laws.
    CONTINUOUS("continuous values"),
    /// Says how wide the noise of a diffusion's step back is.
    WIDTHS("learned widths of noise"),
    /// Gives its hidden states.
    HIDDEN_STATES("hidden states");

    private final String words;

    Capability(String words) {
        this.words = words;
    }

    /// What it is called in messages.
    public String words() {
        return words;
    }
}
