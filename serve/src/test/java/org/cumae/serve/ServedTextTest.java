package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.model.Model;
import org.cumae.model.TableModel;
import org.cumae.text.GenerationOptions;
import org.cumae.text.Starters;
import org.cumae.text.TextCard;
import org.cumae.text.TextModel;
import org.cumae.unit.Characters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The real text app, engine and decoders behind the real doors, over a law given by a table.
class ServedTextTest {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz .";
    private static final double TOLERANCE = 1e-6; // log-probabilities come from float32 logits
    private static TextModel model;
    private static CumaeServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        model = table(28, 64);
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add("table", model);
        client = new Client(server);
    }

    static TextModel table(int vocabulary, int maxLength) {
        return table(TableModel.random(vocabulary, 2, 11).holding(maxLength), EngineLimits.DEFAULT);
    }

    static TextModel table(Model law, EngineLimits limits) {
        Engine engine = new Engine(law, limits);
        TextCard card =
                new TextCard(
                        engine.card(),
                        "table",
                        "table",
                        "table",
                        0,
                        0,
                        "cpu",
                        "float32",
                        false,
                        GenerationOptions.NONE.withTopK(5),
                        new Starters(List.of("ab", "cd")));
        return new TextModel(engine, Characters.of(LETTERS), card, Optional.empty(), Set.of());
    }

    @AfterAll
    static void stop() {
        server.close();
        model.close();
    }

    private static String body(String more) {
        return "{\"model\":\"table\",\"prompt\":\"the oak\",\"seed\":3,\"max_tokens\":20,"
                + "\"return_token_ids\":true,\"return_ledger\":true"
                + more
                + "}";
    }

    private static JsonNode complete(String more) {
        Client.Answer answer = client.post("/v1/completions", body(more));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void aCompletionIsWhatTheTextAppWrites() {
        JsonNode answer = complete("");
        assertThat(answer.at("/choices/0/text").asString()).hasSize(20);
        assertThat(answer.at("/choices/0/token_ids")).hasSize(20);
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("length");
        assertThat(answer.at("/cumae/ledger/forwards").asInt()).isEqualTo(20);
        assertThat(answer.at("/cumae/ledger/rows").asInt()).isEqualTo(7 + 19);
        assertThat(complete("").at("/choices/0/text")).isEqualTo(answer.at("/choices/0/text"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"guided_regex\":\"(the|an) oak[a-f]{3}\"",
                "\"structured_outputs\":{\"regex\":\"(the|an) oak[a-f]{3}\"}"
            })
    void anAnswerIsHeldToItsFormByEveryDecoder(String form) {
        for (String decoder :
                List.of("sequential", "speculative", "{\"type\":\"beam\",\"width\":3}")) {
            String name = decoder.startsWith("{") ? decoder : "\"" + decoder + "\"";
            JsonNode answer = complete("," + form + ",\"decoder\":" + name);
            assertThat(answer.at("/choices/0/text").asString())
                    .as(decoder)
                    .matches("(the|an) oak[a-f]{3}");
            assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        }
        assertThat(complete(",\"guided_choice\":[\"leaf\"]").at("/choices/0/text").asString())
                .isEqualTo("leaf");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"response_format\":{\"type\":\"verse\"} | response_format.type",
                "\"response_format\":{\"type\":\"json_schema\"} |"
                        + " response_format.json_schema.schema",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{"
                        + "\"not\":{}}}} | response_format.json_schema.schema",
                "\"guided_regex\":\"(\" | guided_regex",
                "\"guided_regex\":\"a\",\"guided_choice\":[\"b\"] | response_format",
                "\"structured_outputs\":{\"regex\":\"a**\"} | structured_outputs.regex"
            })
    void aFormThatIsNoneIsRefused(String fields, String param) {
        Client.Answer answer = client.post("/v1/completions", body("," + fields));
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.param()).isEqualTo(param);
    }

    @Test
    void aFormThatTheVocabularyCannotWriteIsRefused() { // it has no braces
        Client.Answer answer =
                client.post(
                        "/v1/completions", body(",\"response_format\":{\"type\":\"json_object\"}"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("no token of this model's vocabulary");
    }

    @Test
    void theModelsOwnDefaultsAreInForceAndShown() {
        JsonNode props = client.get("/props").json();
        assertThat(props.at("/models/0/default_generation_settings/top_k").asInt()).isEqualTo(5);
        List<JsonNode> steps = steps(",\"alternatives\":8");
        assertThat(steps).allMatch(step -> step.at("/alternatives/6/p_filtered").asDouble() == 0);
        List<JsonNode> off = steps(",\"alternatives\":8,\"top_k\":0");
        assertThat(off).allMatch(step -> step.at("/alternatives/6/p_filtered").asDouble(0) > 0);
    }

    private static List<JsonNode> steps(String more) {
        List<JsonNode> events = client.post("/cumae/v1/generate", body(more)).events();
        return events.subList(1, events.size() - 1);
    }

    @Test
    void stepsTellTheSameLawAsLogprobs() {
        JsonNode whole = complete(",\"logprobs\":5");
        List<JsonNode> steps = steps(",\"alternatives\":5");
        for (int i = 0; i < 20; i++) {
            assertThat(Math.log(steps.get(i).get("p").asDouble()))
                    .isCloseTo(
                            whole.at("/choices/0/logprobs/token_logprobs/" + i).asDouble(),
                            org.assertj.core.api.Assertions.within(TOLERANCE));
            assertThat(steps.get(i).get("position").asInt()).isEqualTo(7 + i);
            assertThat(steps.get(i).at("/ledger/forwards").asInt()).isEqualTo(1 + i);
            assertThat(steps.get(i).at("/ledger/rows").asInt()).isEqualTo(7 + i);
            assertThat(steps.get(i).get("entropy").asDouble()).isBetween(0.0, 5.0);
        }
    }

    @Test
    void greedyTakesTheFirstAlternativeWithCertainty() {
        for (JsonNode step : steps(",\"temperature\":0,\"alternatives\":3")) {
            assertThat(step.get("token_id")).isEqualTo(step.at("/alternatives/0/id"));
            assertThat(step.get("p_filtered").asDouble()).isEqualTo(1);
            assertThat(step.at("/alternatives/1/p_filtered").asDouble()).isZero();
        }
    }

    @Test
    void aForcedPrefixGoesOnWithTheSameNoise() {
        JsonNode whole = complete(",\"top_k\":0");
        List<Integer> ids =
                whole.at("/choices/0/token_ids").valueStream().map(JsonNode::asInt).toList();
        List<Integer> prompt =
                new java.util.ArrayList<>(
                        whole.at("/choices/0/prompt_token_ids")
                                .valueStream()
                                .map(JsonNode::asInt)
                                .toList());
        prompt.addAll(ids.subList(0, 8));
        JsonNode rest =
                client.post(
                                "/v1/completions",
                                "{\"model\":\"table\",\"prompt\":%s,\"seed\":3,\"max_tokens\":12,\"top_k\":0,\"return_token_ids\":true}"
                                        .formatted(prompt))
                        .json();
        assertThat(rest.at("/choices/0/token_ids").valueStream().map(JsonNode::asInt).toList())
                .isEqualTo(ids.subList(8, 20));
    }

    @Test
    void aStopStringAcrossTokensNeverLeaks() {
        String text = complete("").at("/choices/0/text").asString();
        String stop = text.substring(5, 8);
        JsonNode cut = complete(",\"stop\":\"%s\"".formatted(stop));
        assertThat(cut.at("/choices/0/text").asString())
                .isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(cut.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        String streamed =
                client
                        .post(
                                "/v1/completions",
                                body(",\"stream\":true,\"stop\":\"%s\"".formatted(stop)))
                        .events()
                        .stream()
                        .map(e -> e.at("/choices/0/text").asString())
                        .collect(java.util.stream.Collectors.joining());
        assertThat(streamed).isEqualTo(cut.at("/choices/0/text").asString());
    }

    @Test
    void aDecoderThatRevisesSendsOnlyWhatStays() {
        String beam = ",\"decoder\":{\"name\":\"beam\",\"width\":3},\"logprobs\":2";
        JsonNode whole = complete(beam);
        assertThat(whole.at("/choices/0/logprobs/tokens")).hasSize(20);
        List<JsonNode> events =
                client.post("/v1/completions", body(beam + ",\"stream\":true")).events();
        String streamed =
                events.stream()
                        .map(e -> e.at("/choices/0/text").asString())
                        .collect(java.util.stream.Collectors.joining());
        assertThat(streamed).isEqualTo(whole.at("/choices/0/text").asString());
        List<Integer> ids =
                events.stream()
                        .flatMap(e -> e.at("/choices/0/token_ids").valueStream())
                        .map(JsonNode::asInt)
                        .toList();
        assertThat(ids).hasSize(20);
        java.util.Map<Integer, String> canvas = new java.util.TreeMap<>();
        List<JsonNode> steps = steps(",\"decoder\":\"beam\"");
        steps.forEach(s -> canvas.put(s.get("position").asInt(), s.get("text").asString()));
        assertThat(String.join("", canvas.values()))
                .startsWith(complete(",\"decoder\":\"beam\"").at("/choices/0/text").asString());
    }

    @Test
    void settingsADecoderRefusesAreTheClientsFault() {
        for (String setting : List.of("\"width\":0", "\"width\":1000000000", "\"depth\":1")) {
            Client.Answer answer =
                    client.post(
                            "/v1/completions",
                            body(",\"decoder\":{\"name\":\"beam\"," + setting + "}"));
            assertThat(answer.status()).as(setting + answer.text()).isEqualTo(400);
            assertThat(answer.param()).startsWith("decoder");
        }
    }

    @Test
    void aCharacterTheModelDoesNotKnowIsRefusedInWords() {
        Client.Answer answer =
                client.post("/v1/completions", "{\"model\":\"table\",\"prompt\":\"Ω\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("Ω");
    }

    private static String speculative(String more) {
        return ",\"temperature\":0.3,\"top_k\":0,\"decoder\":{\"type\":\"speculative\""
                + more
                + "}";
    }

    @Test
    void speculativeTextsAreThoseOfPlainDecodingAndTellWhatTheyCost() {
        JsonNode plain = complete(",\"temperature\":0.3,\"top_k\":0");
        for (String draft : List.of("suffix", "ngram", "lookup", "aded", "table")) {
            for (String length : List.of("3", "\"3\"", "\"auto\"")) {
                JsonNode made =
                        complete(
                                speculative(
                                        ",\"draft\":\"%s\",\"draft_length\":%s"
                                                .formatted(draft, length)));
                assertThat(made.at("/choices/0/text"))
                        .as("%s, %s", draft, length)
                        .isEqualTo(plain.at("/choices/0/text"));
            }
        }
        // the model drafts for itself with the same noise: every token is accepted
        JsonNode own = complete(speculative(",\"draft\":\"table\",\"draft_length\":4"));
        assertThat(own.at("/cumae/ledger/forwards").asInt()).isEqualTo(5);
        assertThat(own.at("/cumae/ledger/exact").asBoolean()).isTrue();
        assertThat(own.at("/cumae/ledger/accepted_lengths/0").asInt()).isEqualTo(4);
        JsonNode loose =
                complete(
                        speculative(
                                ",\"law\":\"synthetic\",\"draft\":\"synthetic\",\"draft_length\":3"));
        assertThat(loose.at("/cumae/ledger/exact").asBoolean(true)).isFalse();
    }

    @Test
    void aDraftThatIsUnknownOrDoesNotFitIsTheClientsFault() {
        for (String setting :
                List.of(
                        "\"draft\":\"ngarm\"",
                        "\"draft\":\"/etc/passwd\"",
                        "\"law\":\"typical\"",
                        "\"law\":\"kseq\"",
                        "\"draft_length\":-1",
                        "\"draft_length\":1000000000000",
                        "\"draft_length\":\"long\"",
                        "\"draft_length\":true",
                        "\"width\":1000",
                        "\"acceptance\":2,\"law\":\"synthetic\"",
                        "\"name\":\"speculative\"",
                        "\"depth\":1")) {
            Client.Answer answer = client.post("/v1/completions", body(speculative("," + setting)));
            assertThat(answer.status()).as(setting + answer.text()).isEqualTo(400);
            assertThat(answer.param()).startsWith("decoder");
        }
        assertThat(client.post("/v1/completions", body(speculative(",\"draft\":\"x\""))).message())
                .contains("there is no draft 'x'; there are suffix, ngram, lookup, aded");
    }
}
