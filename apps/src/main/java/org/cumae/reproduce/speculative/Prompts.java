package org.cumae.reproduce.speculative;

import org.cumae.data.DataFolder;
import org.cumae.model.Tokens;
import org.cumae.text.Prompt;
import org.cumae.text.TextModel;
import org.cumae.train.text.TextCorpus;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Beginnings of texts that a model has not seen.
final class Prompts {
    static final String SHAKESPEARE = "text/tinyshakespeare.txt";
    static final double HELD_OUT = 0.1; // as in recipes/char-gpt.yaml
    private static final int CHARACTERS = 32;

    private Prompts() {}

    /// From the end of Shakespeare's plays, evenly spaced.
    ///
    /// @throws org.cumae.data.DataException if they are not here and cannot be fetched
    static List<Tokens> heldOut(TextModel model, int count) {
        Path file = DataFolder.standard().find(SHAKESPEARE, (_, _) -> {});
        return of(TextCorpus.read(file, HELD_OUT).heldOut(), model, count);
    }

    /// From a text, evenly spaced.
    static List<Tokens> of(String text, TextModel model, int count) {
        int apart = (text.length() - CHARACTERS) / count;
        return IntStream.range(0, count)
                .mapToObj(i -> text.substring(i * apart, i * apart + CHARACTERS))
                .map(beginning -> model.tokenize(Prompt.text(beginning)))
                .toList();
    }
}
