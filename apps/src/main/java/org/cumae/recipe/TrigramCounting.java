package org.cumae.recipe;

import org.cumae.decode.speculative.draft.Trigrams;
import org.cumae.model.Tokens;
import org.cumae.net.TransformerConfig;
import org.cumae.text.TrigramFile;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.text.BaseFolder;
import org.cumae.train.text.TextCorpus;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.TokenizerFolder;

import java.nio.file.Path;
import java.util.List;

/// Follows a [TrigramRecipe]: reads the text in the model's tokens and counts which follow which
/// pair. One look at the text is all there is to it.
public final class TrigramCounting implements Training {
    private final Path base;
    private final Tokenizer tokenizer;
    private final TextCorpus corpus;
    private final RunFolder folder;

    private TrigramCounting(Path base, TextCorpus corpus, RunFolder folder) {
        this.base = base;
        this.tokenizer = TokenizerFolder.open(base).tokenizer();
        this.corpus = corpus;
        this.folder = folder;
    }

    /// Makes everything ready.
    ///
    /// @param text the file to count
    /// @param folder borrowed
    /// @throws org.cumae.train.TrainingException if the text cannot be read
    /// @throws IllegalArgumentException if the model is no directory
    public static TrigramCounting prepare(TrigramRecipe recipe, Path text, RunFolder folder) {
        return new TrigramCounting(
                SelfDraftTraining.base(recipe.base()), recipe.data().corpus(text), folder);
    }

    private Tokens tokens(String text) {
        return Tokens.of(tokenizer.encode(text, Encoding.PLAIN));
    }

    @Override
    public Result run() {
        long begin = System.nanoTime();
        Trigrams table =
                Trigrams.of(
                        TransformerConfig.read(base).vocabulary(),
                        TrigramFile.fingerprint(tokenizer),
                        List.of(tokens(corpus.training())));
        new BaseFolder(base).copy(folder.model(), TrigramFile.NAME);
        TrigramFile.write(folder.model(), table);
        double right = guessed(table, tokens(corpus.heldOut()));
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Result(
                new Journal.Outcome(1, 1 - right, 1, seconds, Journal.Reason.DONE),
                table.followers(),
                right);
    }

    /// The share of tokens that are the likeliest ones after their pair.
    private static double guessed(Trigrams table, Tokens text) {
        int right = 0;
        for (int i = 2; i < text.size(); i++) {
            List<Trigrams.Follower> after = table.after(text.get(i - 2), text.get(i - 1));
            right += !after.isEmpty() && after.getFirst().token() == text.get(i) ? 1 : 0;
        }
        return (double) right / Math.max(text.size() - 2, 1);
    }

    @Override
    public void stop() {
        // it is over in seconds
    }

    @Override
    public void close() {
        // nothing is held
    }
}
