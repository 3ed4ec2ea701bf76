package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.canvas.Canvas;
import org.cumae.noise.Noise;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/// So many scenes as a world sees them: each is coded when it is first asked for, and kept.
public final class CodedScenes implements Mixture.Scenes {
    private static final int MOST_TRIES = 10_000;

    private final AtomicReferenceArray<Canvas> coded;
    private final IntFunction<Canvas> code;

    /// Scenes.
    ///
    /// @param count how many
    /// @param code what is known of one, by its number from 0; always the same
    public CodedScenes(int count, IntFunction<Canvas> code) {
        Check.argument(count > 0, "%d scenes; give one or more", count);
        this.coded = new AtomicReferenceArray<>(count);
        this.code = code;
    }

    /// How many there are.
    public int count() {
        return coded.length();
    }

    /// What is known of one.
    ///
    /// @param number from 0
    public Canvas at(int number) {
        Canvas kept = coded.get(number);
        if (kept == null) {
            kept = code.apply(number);
            coded.set(number, kept);
        }
        return kept;
    }

    @Override
    public Canvas one(Grammar grammar, Noise noise) {
        for (int i = 0; i < MOST_TRIES; i++) {
            Canvas scene = at((int) (noise.uniform(i) * count()));
            if (grammar.fits(scene)) {
                return scene;
            }
        }
        throw new IllegalArgumentException(
                "of %d scenes none that was tried knows all that grammar '%s' speaks of"
                        .formatted(count(), grammar));
    }
}
