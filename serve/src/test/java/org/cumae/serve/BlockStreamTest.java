package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.engine.EngineLimits;
import org.cumae.model.Denoising;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Blocks of masks are written through every door, and streamed as soon as nothing before them is
/// missing.
class BlockStreamTest {
    private static final int LETTERS = 28;
    private static TextModel model;
    private static CumaeServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        TransformerConfig config =
                new TransformerConfig(
                                "blocks",
                                "llama",
                                LETTERS,
                                32,
                                2,
                                2,
                                16,
                                48,
                                96,
                                Mixing.attention(1),
                                TransformerConfig.NormKind.RMS,
                                1e-5,
                                new Positions.Rotary(
                                        10_000,
                                        Positions.Pairing.HALVES,
                                        new Positions.Scaling.None()),
                                TransformerConfig.Activation.SWIGLU,
                                Set.of(),
                                false,
                                false)
                        .filling(new Denoising(4, Denoising.Reading.BLOCKS, false));
        model =
                ServedTextTest.table(
                        new Transformer(Backbone.fresh(config, 4)), EngineLimits.DEFAULT);
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add("blocks", model);
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        model.close();
    }

    private static Client.Answer post(String path, String more) {
        return client.post(
                path,
                "{\"model\":\"blocks\",\"prompt\":\"the oak\",\"seed\":3,\"max_tokens\":21%s}"
                        .formatted(more));
    }

    private static JsonNode complete(String decoder) {
        Client.Answer answer =
                post("/v1/completions", ",\"return_ledger\":true,\"decoder\":" + decoder);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void settingsReachTheDecoder() {
        JsonNode one = complete("{\"type\":\"block-diffusion\",\"theta\":1}");
        JsonNode all = complete("{\"type\":\"block-diffusion\",\"theta\":0}");
        JsonNode apart =
                complete("{\"type\":\"block-diffusion\",\"theta\":1,\"commit\":\"apart\"}");
        assertThat(one.at("/choices/0/text").asString()).hasSize(21);
        assertThat(one.at("/cumae/ledger/forwards").asInt()).isEqualTo(21);
        assertThat(all.at("/cumae/ledger/forwards").asInt()).isEqualTo(6); // the last place of a
        // prompt's block, and five blocks
        assertThat(apart.at("/cumae/ledger/commits").asInt()).isEqualTo(6);
        assertThat(apart.at("/cumae/ledger/forwards").asInt()).isEqualTo(27);
        assertThat(all.at("/cumae/ledger/exact").asBoolean(true)).isFalse();
        assertThat(
                        post(
                                        "/v1/completions",
                                        ",\"decoder\":{\"type\":\"block-diffusion\",\"theta\":2}")
                                .status())
                .isEqualTo(400);
    }

    /// A model that says nothing of what comes next fills masks unless told otherwise.
    @Test
    void itIsTheStandardDecoderOfAModelThatFillsMasks() {
        Client.Answer plain = post("/v1/completions", "");
        assertThat(plain.json().at("/cumae/decoder").asString()).isEqualTo("block-diffusion");
        assertThat(post("/v1/completions", ",\"decoder\":\"sequential\"").text())
                .contains("known: block-diffusion");
    }

    @Test
    void aStreamSaysWhatTheWholeSays() {
        String decoder = ",\"decoder\":{\"type\":\"block-diffusion\",\"reveal\":\"static\"}";
        String whole = post("/v1/completions", decoder).json().at("/choices/0/text").asString();
        List<JsonNode> events = post("/v1/completions", decoder + ",\"stream\":true").events();
        String streamed =
                events.stream()
                        .map(event -> event.at("/choices/0/text").asString(""))
                        .collect(Collectors.joining());
        assertThat(streamed).isEqualTo(whole);
    }

    /// The native stream shows places that are written before those to their left.
    @Test
    void whatIsWrittenFurtherRightIsShownAndStays() {
        String decoder = ",\"decoder\":{\"type\":\"block-diffusion\",\"reveal\":\"random\"}";
        String text = post("/cumae/v1/generate", decoder + ",\"stream\":true").text();
        assertThat(text).contains("provisional").contains("committed").doesNotContain("revised");
    }
}
