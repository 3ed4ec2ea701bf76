package org.cumae.decode.speculative;

/// How the tokens of a draft came about: what a [Law] must know of them to keep the target's law.
public enum Manner {
    /// Picked by whatever rule without chance: looked up, searched, or the most probable ones.
    CHOSEN("chosen without chance"),
    /// Drawn from known laws; siblings are independent and may repeat each other.
    SAMPLED("drawn from known laws"),
    /// Drawn from known laws; each sibling given that it is none of those before it.
    DISTINCT("drawn from known laws without repetition"),
    /// Drawn from the draft's laws with the noise that the target will draw with.
    RACED("drawn with the target's noise");

    private final String words;

    Manner(String words) {
        this.words = words;
    }

    /// What it is called in messages.
    public String words() {
        return words;
    }
}
