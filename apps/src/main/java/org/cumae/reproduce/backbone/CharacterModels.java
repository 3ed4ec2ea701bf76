package org.cumae.reproduce.backbone;

import org.cumae.data.DataFolder;
import org.cumae.net.Backbone;
import org.cumae.train.HeldOut;
import org.cumae.train.text.NextToken;
import org.cumae.train.text.TextCorpus;
import org.cumae.train.text.Windows;
import org.cumae.unit.Characters;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;
import org.cumae.weights.TensorType;

/// Bodies of about one size that learn to write plays, character by character.
final class CharacterModels {
    private static final String FILE = "text/tinyshakespeare.txt";
    private static final double HELD_OUT = 0.1;
    private static final int WINDOW = 128;
    private static final int HELD = 64; // windows that they are held against

    private final Tokenizer tokenizer;
    private final int[] training;
    private final int[] heldOut;
    private final int batch;

    /// @param batch windows in a step
    CharacterModels(int batch) {
        TextCorpus text = TextCorpus.read(DataFolder.standard().find(FILE, (_, _) -> {}), HELD_OUT);
        this.tokenizer = Characters.of(text.training());
        this.training = tokenizer.encode(text.training(), Encoding.PLAIN);
        this.heldOut = tokenizer.encode(text.heldOut(), Encoding.PLAIN);
        this.batch = batch;
    }

    /// What became of a body.
    ///
    /// @param weights how many it has
    /// @param bits a character of held-out text
    /// @param seconds that it took to learn
    record Learned(String name, long weights, double bits, double seconds) {}

    /// Teaches a body.
    Learned taught(Body body, School school) {
        try (Backbone backbone = Backbone.fresh(body.config(tokenizer.size(), WINDOW), 1)) {
            NextToken learner = new NextToken(backbone, tokenizer, 0, TensorType.F32);
            double seconds = school.teach(learner, Windows.shuffled(training, batch, WINDOW, 1));
            double nats =
                    HeldOut.loss(learner, Windows.inOrder(heldOut, batch, WINDOW), HELD / batch);
            return new Learned(body.name(), backbone.parameters(), nats / Math.log(2), seconds);
        }
    }
}
