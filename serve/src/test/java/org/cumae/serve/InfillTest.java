package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.decode.speculative.AnySubset;
import org.cumae.engine.EngineLimits;
import org.cumae.model.CapabilityException;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.text.FilledText;
import org.cumae.text.GenerationOptions;
import org.cumae.text.HoledText;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Set;

/// Texts are written between their ends through every door, by a model that is asked in any order.
class InfillTest {
    private static final int LETTERS = 28;
    private static final int PLACES = 32;
    private static TextModel model;
    private static CumaeServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        TransformerConfig config =
                new TransformerConfig(
                        "any",
                        TransformerConfig.ANY_SUBSET,
                        LETTERS + 1,
                        32,
                        2,
                        2,
                        16,
                        48,
                        2 * PLACES,
                        Mixing.attention(1),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        false);
        model =
                ServedTextTest.table(
                        new Transformer(Backbone.fresh(config, 4)), EngineLimits.DEFAULT);
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add("any", model);
        server.add("table", ServedTextTest.table(28, 64));
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        model.close();
    }

    private static Client.Answer post(String name, String more) {
        return client.post(
                "/v1/completions",
                "{\"model\":\"%s\",\"prompt\":\"the oak\",\"seed\":3,\"return_ledger\":true%s}"
                        .formatted(name, more));
    }

    private static JsonNode complete(String more) {
        Client.Answer answer = post("any", more);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void aCompletionWithASuffixIsWrittenBetween() {
        JsonNode answer = complete(",\"suffix\":\" was old.\",\"max_tokens\":9");
        assertThat(answer.at("/choices/0/text").asString()).hasSize(9);
        assertThat(answer.at("/cumae/decoder").asString()).isEqualTo("infill");
        assertThat(answer.at("/cumae/ledger/exact").asBoolean()).isTrue();
        assertThat(answer.at("/cumae/ledger/forwards").asInt()).isBetween(2, 9);
        String written =
                model.generate(
                                TextRequest.of("the oak")
                                        .withSuffix(" was old.")
                                        .withSeed(3)
                                        .withOptions(GenerationOptions.NONE.withMaxTokens(9)))
                        .text();
        assertThat(answer.at("/choices/0/text").asString()).isEqualTo(written);
    }

    /// The end is looked at: where the law is all of it, another end makes another text.
    @Test
    void anotherSuffixMakesAnotherText() {
        String one = text(",\"suffix\":\" was old.\",\"max_tokens\":20");
        String other = text(",\"suffix\":\"zzzzzzzzz\",\"max_tokens\":20");
        assertThat(one).isNotEqualTo(other);
        assertThat(text(",\"suffix\":\" was old.\",\"max_tokens\":20")).isEqualTo(one);
    }

    private static String text(String more) {
        return complete(more).at("/choices/0/text").asString();
    }

    @Test
    void withoutASuffixItGoesOn() {
        assertThat(text(",\"max_tokens\":40")).hasSize(40); // more than there are places
    }

    @Test
    void keyedNoiseGivesOneTextWhateverIsGuessed() {
        String body = ",\"suffix\":\"s\",\"max_tokens\":12,\"decoder\":{\"type\":\"infill\",";
        String plain = text(body + "\"draft\":\"none\"}");
        for (String draft : List.of("self", "ngram")) {
            assertThat(text(body + "\"law\":\"gumbel\",\"draft\":\"" + draft + "\"}"))
                    .isEqualTo(plain);
        }
    }

    @Test
    void whatCannotBeInfilledIsRefusedInWords() {
        Client.Answer leftToRight = post("table", ",\"suffix\":\"end\",\"max_tokens\":5");
        assertThat(leftToRight.status()).isEqualTo(400);
        assertThat(leftToRight.text()).contains("table writes left to right");
        Client.Answer tooLong = post("any", ",\"suffix\":\"end\",\"max_tokens\":32");
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.text()).contains("Set max_tokens to 31 or less");
        assertThat(post("any", ",\"decoder\":\"sequential\"").text())
                .contains("decoder 'sequential' is unknown to model any; known: infill");
    }

    private static FilledText fill(String text) {
        AnySubset how = AnySubset.oneByOne();
        return model.fill(HoledText.parse(text), how, GenerationOptions.NONE, 5);
    }

    @Test
    void severalHolesAreFilledAtOnce() {
        FilledText filled = fill("a [MASK:3] tree [MASK:4].");
        assertThat(filled.holes().getFirst()).hasSize(3);
        assertThat(filled.holes().getLast()).hasSize(4);
        assertThat(filled.text())
                .isEqualTo(
                        "a %s tree %s."
                                .formatted(filled.holes().getFirst(), filled.holes().getLast()));
        assertThat(filled.ledger().forwards()).isEqualTo(7);
        assertThat(filled.logProbability()).isBetween(7 * -6.0, 7 * -1.0);
        assertThatThrownBy(() -> fill("no hole")).hasMessageContaining("write [MASK:5]");
        assertThatThrownBy(() -> fill("a [MASK] tree"))
                .hasMessageContaining("the hole [MASK] at character 2 has no length");
        assertThatThrownBy(() -> fill("a [MASK:31]"))
                .hasMessageContaining("33 tokens or more, and model any has 32 places");
        try (TextModel table = ServedTextTest.table(28, 64)) {
            assertThatThrownBy(
                            () ->
                                    table.fill(
                                            HoledText.parse("a [MASK:3]"),
                                            AnySubset.oneByOne(),
                                            GenerationOptions.NONE,
                                            5))
                    .isInstanceOf(CapabilityException.class);
        }
    }
}
