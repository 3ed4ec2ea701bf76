package org.cumae.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.decode.Decoder;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.named.Named;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Law;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.Aded;
import org.cumae.decode.speculative.draft.Ngrams;
import org.cumae.decode.speculative.draft.PromptLookup;
import org.cumae.decode.speculative.draft.SmallModel;
import org.cumae.decode.speculative.draft.Trigrams;
import org.cumae.distribution.Sampling;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;

/// A thousand prompts of mixed length: whatever drafts, however far, and in whatever company, the
/// text of a seed is that of plain decoding, token for token.
class ThousandPromptsTest {
    private static final int PROMPTS = 1000;
    private static final int AT_ONCE = 20;
    private static final int NEW_TOKENS = 24;
    private static final int FEW_TOKENS = 8; // of a larger model

    private static TextModel open() {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        Path file = Path.of(String.valueOf(data), "models", "stories260K.gguf");
        assumeTrue(Files.exists(file), "needs data: " + file);
        return TextModel.open(file.toString(), OpenOptions.DEFAULT.withDtype("float32"));
    }

    private static List<Request> requests(int vocabulary, int newTokens) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < PROMPTS; i++) {
            Noise noise = Noise.of(i, 0);
            int[] ids = new int[1 + (int) (60 * noise.uniform(0))];
            for (int j = 0; j < ids.length; j++) {
                ids[j] = 3 + (int) ((vocabulary - 3) * noise.uniform(1 + j / 2)); // it repeats
            }
            requests.add(
                    Request.of(Tokens.of(ids))
                            .withSampling(Sampling.PLAIN.withTemperature(i % 4 * 0.4))
                            .withSeed(i)
                            .withMaxNewTokens(newTokens));
        }
        return requests;
    }

    private static List<Decoder> decoders(TextModel model) {
        List<Drafter> chains =
                List.of(
                        Ngrams.suffix(),
                        Ngrams.ngram(),
                        PromptLookup.DEFAULT,
                        SmallModel.of(model.engine()));
        List<Decoder> decoders = new ArrayList<>();
        for (Law law : List.of(new Gumbel(), new Match())) {
            for (int length : new int[] {1, 3, 7}) {
                for (Drafter drafter : chains) {
                    decoders.add(new Speculative(drafter, law, new DraftLength.Fixed(length), 1));
                }
                decoders.add(
                        new Speculative(
                                Aded.isolated(Trigrams.NONE),
                                law,
                                new DraftLength.Fixed(length),
                                3));
            }
        }
        return decoders;
    }

    private static List<Tokens> texts(
            TextModel model, List<Request> requests, List<Decoder> decoders) throws Exception {
        Tokens[] texts = new Tokens[requests.size()];
        for (int from = 0; from < requests.size(); from += AT_ONCE) {
            List<Future<Tokens>> running = new ArrayList<>();
            for (int i = from; i < from + AT_ONCE; i++) {
                Decoder decoder = decoders.get(i % decoders.size());
                Request request = requests.get(i);
                running.add(
                        model.engine()
                                .submit(
                                        context ->
                                                decoder.decode(context, request, Sink.NONE)
                                                        .tokens()));
            }
            for (int i = 0; i < AT_ONCE; i++) {
                texts[from + i] = running.get(i).get();
            }
        }
        return Arrays.asList(texts);
    }

    @Test
    void everyDraftLeavesEveryTextAsItIs() throws Exception {
        try (TextModel model = open()) {
            List<Request> requests = requests(model.engine().card().vocabulary(), NEW_TOKENS);
            List<Tokens> plain = texts(model, requests, List.of(new Sequential()));
            List<Tokens> drafted = texts(model, requests, decoders(model));
            assertThat(drafted).containsExactlyElementsOf(plain);
            assertThat(plain.stream().distinct().count()).isGreaterThan(PROMPTS * 9 / 10);
            // the judge would see one other token in one text
            List<Request> other = new ArrayList<>(requests.subList(500, 500 + AT_ONCE));
            other.set(1, other.get(1).withSeed(7_777));
            assertThat(texts(model, other, decoders(model)))
                    .isNotEqualTo(plain.subList(500, 500 + AT_ONCE));
        }
    }

    /// What the model of Shakespeare's plays has learned to draft for itself with, and its small
    /// sibling.
    @Test
    void whatAModelHasLearnedToDraftWithLeavesEveryTextAsItIs() throws Exception {
        try (TextModel model = shakespeare("shakespeare");
                TextModel small = shakespeare("shakespeare-draft")) {
            List<Request> requests = requests(model.engine().card().vocabulary(), FEW_TOKENS);
            List<Tokens> plain = texts(model, requests, List.of(new Sequential()));
            List<Decoder> decoders = new ArrayList<>();
            for (String draft : List.of("mtp", "medusa", "aded", "small")) {
                for (String law : List.of("gumbel", "match")) {
                    for (int length = 1; length <= 4; length++) {
                        decoders.add(named(model, small, draft, law, length));
                    }
                }
            }
            assertThat(texts(model, requests, decoders)).containsExactlyElementsOf(plain);
        }
    }

    /// 20 prompts of 200 tokens under each law, without chance.
    @Test
    void withoutChanceEveryLawWritesWhatPlainDecodingWrites() throws Exception {
        try (TextModel model = shakespeare("shakespeare");
                TextModel small = shakespeare("shakespeare-draft")) {
            List<Request> requests =
                    requests(model.engine().card().vocabulary(), 200).stream()
                            .limit(AT_ONCE)
                            .map(request -> request.withSampling(Sampling.GREEDY))
                            .toList();
            List<Tokens> plain = texts(model, requests, List.of(new Sequential()));
            for (String law :
                    List.of("gumbel", "match", "chain", "block", "kseq", "rrs", "rrs_repeating")) {
                List<Decoder> decoders = List.of(named(model, small, "small", law, 4));
                assertThat(texts(model, requests, decoders))
                        .as(law)
                        .containsExactlyElementsOf(plain);
            }
        }
    }

    private static TextModel shakespeare(String name) {
        return TextModel.open("../models/" + name, OpenOptions.DEFAULT.withDtype("float32"));
    }

    private static Decoder named(
            TextModel model, TextModel small, String draft, String law, int length) {
        return model.decoder(
                Named.parse(
                        "speculative:draft=%s,law=%s,draft_length=%d"
                                .formatted(draft, law, length)),
                name -> name.equals("small") ? Optional.of(small) : Optional.empty());
    }
}
