package org.cumae.reproduce.backbone;

import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Start;
import org.cumae.net.TransformerConfig;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// Small models that differ in how their rows learn of the rows before.
///
/// @param name what a reader is told
/// @param family as files call it
/// @param mixing for each layer
/// @param width channels of the residual stream
/// @param heads of those that attend, 0 of others
record Body(String name, String family, List<Mixing> mixing, int width, int heads) {
    private static final int STATE = 16; // of Mamba, as published

    /// Attention in every layer, with rotary positions.
    static Body transformer(int layers, int width, int heads) {
        return new Body("transformer", "llama", Mixing.attention(layers), width, heads);
    }

    /// The same diagonal state space of every channel by itself at every row.
    static Body s4d(int layers, int width, int state, Start start) {
        return rolling("S4D", "s4d", layers, width, new Mixing.S4d(state, start));
    }

    /// One diagonal state space of all channels, the same at every row.
    static Body s5(int layers, int width, int state) {
        return rolling("S5", "s5", layers, width, new Mixing.S5(state, 1, Start.LEGS));
    }

    /// Selective state spaces.
    static Body mamba(int layers, int width) {
        return rolling("Mamba", "mamba", layers, width, Mixing.Mamba.of(width));
    }

    /// The same whose heads forget alike.
    static Body mamba2(int layers, int width, int heads, int state) {
        Mixing mixing = Mixing.Mamba2.of(width, heads, state);
        return rolling("Mamba-2", "mamba2", layers, width, mixing);
    }

    /// Selective state spaces, and attention in the third of four layers.
    static Body jamba(int width, int heads) {
        Mixing rolls = new Mixing.Mamba(2 * width, STATE, 4, width / 16, true, false, true);
        Mixing attends = new Mixing.Attention(OptionalInt.empty());
        List<Mixing> mixing = List.of(rolls, rolls, attends, rolls);
        return new Body("Jamba", "jamba", mixing, width, heads);
    }

    private static Body rolling(String name, String family, int layers, int width, Mixing mixing) {
        return new Body(name, family, Collections.nCopies(layers, mixing), width, 0);
    }

    /// Its shape.
    ///
    /// @param length the longest context
    TransformerConfig config(int vocabulary, int length) {
        boolean attends = heads > 0;
        return new TransformerConfig(
                name,
                family,
                vocabulary,
                width,
                heads,
                heads,
                attends ? width / heads : 0,
                attends ? 8 * width / 3 : 0,
                length,
                mixing,
                TransformerConfig.NormKind.RMS,
                1e-5,
                family.equals("llama")
                        ? new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None())
                        : new Positions.None(),
                TransformerConfig.Activation.SWIGLU,
                Set.of(),
                false,
                false);
    }
}
