package org.cumae.reproduce.diffusion;

import org.cumae.decode.Decoder;
import org.cumae.model.Ledger;
import org.cumae.model.Tokens;
import org.cumae.text.GenerationOptions;
import org.cumae.text.OpenOptions;
import org.cumae.text.Prompt;
import org.cumae.text.Surprise;
import org.cumae.text.TextGeneration;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;

import java.util.ArrayList;
import java.util.List;

/// Crystals that are to be written whole by the bundled models, greedily; a right one agrees with
/// itself. Where few are right, how surprising they are to the next-token model tells more.
///
/// @param beginnings what is given of each
/// @param reader who has learned crystals token by token
record CrystalExam(List<String> beginnings, TextModel reader) implements AutoCloseable {
    /// So many crystals. The caller closes it.
    static CrystalExam of(int count) {
        return new CrystalExam(Crystals.beginnings(count), open("crystals"));
    }

    /// Opens a bundled model to be examined. The caller closes it.
    static TextModel open(String name) {
        return TextModel.open(name, OpenOptions.DEFAULT);
    }

    /// What a decoder writes.
    Sitting sit(String name, TextModel model, Decoder decoder) {
        int right = 0;
        long prompted = 0;
        Surprise surprise = new Surprise(0, 0);
        List<Ledger.Entry> costs = new ArrayList<>();
        for (String beginning : beginnings) {
            TextRequest request =
                    TextRequest.of(beginning)
                            .withOptions(
                                    GenerationOptions.NONE
                                            .withMaxTokens(Crystals.LONGEST)
                                            .withTemperature(0))
                            .withStops(List.of(Crystals.END))
                            .withDecoder(decoder);
            TextGeneration text = model.generate(request);
            costs.add(text.ledger());
            prompted += prompt(model, beginning).size();
            right += Crystals.agrees(beginning, text.text()) ? 1 : 0;
            surprise = surprise.plus(Surprise.of(reader, beginning, text.text()));
        }
        return new Sitting(
                name, (double) right / beginnings.size(), surprise.each(), costs, prompted);
    }

    /// The first beginning, as a model reads it.
    Tokens prompt(TextModel model) {
        return prompt(model, beginnings.getFirst());
    }

    private static Tokens prompt(TextModel model, String beginning) {
        return model.tokenize(Prompt.text(beginning));
    }

    @Override
    public void close() {
        reader.close();
    }
}
