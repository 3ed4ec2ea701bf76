package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a request may not say, and what it is told.
class BadRequestTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final String CHAT = "/v1/chat/completions";
    private static CumaeServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add(TableText.small());
        server.add(new TableText("plain", false, false, 64));
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String body(String more) {
        return "{\"model\":\"oak\",\"prompt\":\"the oak\""
                + (more.isEmpty() ? "" : ",")
                + more
                + "}";
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                Arguments.of("\"max_tokens\":-1", "max_tokens"),
                Arguments.of("\"max_tokens\":2147483648", "max_tokens"),
                Arguments.of("\"max_tokens\":1e308", "max_tokens"),
                Arguments.of("\"max_tokens\":\"5\"", "max_tokens"),
                Arguments.of("\"max_tokens\":1.5", "max_tokens"),
                Arguments.of("\"n\":0", "n"),
                Arguments.of("\"n\":-1", "n"),
                Arguments.of("\"n\":1000000000", "n"),
                Arguments.of("\"n\":3,\"best_of\":2", "best_of"),
                Arguments.of("\"temperature\":-1", "temperature"),
                Arguments.of("\"temperature\":\"hot\"", "temperature"),
                Arguments.of("\"temperature\":1e9", "temperature"),
                Arguments.of("\"top_p\":0", "top_p"),
                Arguments.of("\"top_p\":2", "top_p"),
                Arguments.of("\"top_k\":-5", "top_k"),
                Arguments.of("\"min_p\":-0.1", "min_p"),
                Arguments.of("\"typical_p\":0", "typical_p"),
                Arguments.of("\"repetition_penalty\":0", "repetition_penalty"),
                Arguments.of("\"presence_penalty\":2.5", "presence_penalty"),
                Arguments.of("\"frequency_penalty\":-3", "frequency_penalty"),
                Arguments.of("\"logprobs\":6", "logprobs"),
                Arguments.of("\"logit_bias\":{\"999\":1}", "logit_bias.999"),
                Arguments.of("\"logit_bias\":{\"3\":101}", "logit_bias.3"),
                Arguments.of("\"logit_bias\":[1]", "logit_bias"),
                Arguments.of("\"stop\":\"\"", "stop"),
                Arguments.of("\"stop\":[\"a\",3]", "stop[1]"),
                Arguments.of("\"stop\":\"" + "x".repeat(1 << 20) + "\"", "stop"),
                Arguments.of("\"seed\":1.5", "seed"),
                Arguments.of("\"seed\":9223372036854775808", "seed"),
                Arguments.of("\"stream\":\"yes\"", "stream"),
                Arguments.of("\"stream_options\":{\"include_usage\":true}", "stream_options"),
                Arguments.of("\"decoder\":\"oracle\"", "decoder"),
                Arguments.of("\"decoder\":{\"width\":3}", "decoder.name"),
                Arguments.of("\"decoder\":{\"name\":\"beam\",\"width\":0}", "decoder.width"),
                Arguments.of(
                        "\"decoder\":{\"name\":\"beam\",\"width\":1000000000}", "decoder.width"),
                Arguments.of("\"decoder\":{\"name\":\"beam\",\"depth\":2}", "decoder.depth"),
                Arguments.of("\"suffix\":\"end\"", "suffix"),
                Arguments.of("\"stop_token_ids\":[61]", "stop_token_ids[0]"),
                Arguments.of("\"chat_template\":\"{{ x }}\"", "chat_template"),
                Arguments.of("\"logits_processors\":[\"a.B\"]", "logits_processors"),
                Arguments.of("\"echo\":true,\"logprobs\":1", "echo"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void aFieldOutOfRangeIsRefusedByItsName(String more, String param) {
        Client.Answer answer = client.post(COMPLETIONS, body(more));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.param()).isEqualTo(param);
        assertThat(answer.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
        assertThat(answer.message()).isNotBlank().hasSizeLessThan(400);
    }

    static Stream<Arguments> prompts() {
        return Stream.of(
                Arguments.of("plain", "\"\"", "prompt"),
                Arguments.of("plain", "[[]]", "prompt[0]"),
                Arguments.of("oak", "[]", "prompt"),
                Arguments.of("oak", "7", "prompt"),
                Arguments.of("oak", "[1,61]", "prompt[1]"),
                Arguments.of("oak", "[1,-1]", "prompt[1]"),
                Arguments.of("oak", "[1,\"a\"]", "prompt[1]"),
                Arguments.of("oak", "[\"a\",{}]", "prompt[1]"),
                Arguments.of("oak", "\"\\ud800\"", "prompt"),
                Arguments.of("oak", "\"a\\udc00b\"", "prompt"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("prompts")
    void aPromptThatIsNoneIsRefused(String model, String prompt, String param) {
        Client.Answer answer =
                client.post(
                        COMPLETIONS, "{\"model\":\"%s\",\"prompt\":%s}".formatted(model, prompt));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.param()).isEqualTo(param);
    }

    @Test
    void anEmptyPromptBeginsATextWhereTheModelHasABeginning() {
        Client.Answer answer = client.post(COMPLETIONS, "{\"model\":\"oak\",\"prompt\":\"\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isEqualTo(1);
    }

    @Test
    void thePromptMayFillTheContextAndNotMore() {
        String fits = "a".repeat(63);
        assertThat(plain(fits, "").status()).isEqualTo(200);
        Client.Answer full = plain("a".repeat(64), "");
        assertThat(full.status()).isEqualTo(400);
        assertThat(full.json().at("/error/code").asString()).isEqualTo("context_length_exceeded");
        Client.Answer over = plain("a".repeat(65), "");
        assertThat(over.message()).contains("65").contains("64");
        assertThat(plain("a".repeat(6500), "").status()).isEqualTo(400);
        Client.Answer both = plain("a".repeat(40), ",\"max_tokens\":30");
        assertThat(both.message()).contains("40", "30", "64", "at most 24");
        assertThat(
                        plain(fits, ",\"max_tokens\":1")
                                .json()
                                .at("/choices/0/finish_reason")
                                .asString())
                .isEqualTo("length");
    }

    private static Client.Answer plain(String prompt, String more) {
        return client.post(
                COMPLETIONS, "{\"model\":\"plain\",\"prompt\":\"%s\"%s}".formatted(prompt, more));
    }

    @Test
    void noTokensAtAllIsAnEmptyTextWithCounts() {
        Client.Answer answer = client.post(COMPLETIONS, body("\"max_tokens\":0"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/choices/0/text").asString()).isEmpty();
        assertThat(answer.json().at("/usage/completion_tokens").asInt()).isZero();
    }

    @Test
    void aTemperatureTooSmallToDivideByIsTheArgMax() {
        String greedy = text(body("\"temperature\":0"));
        assertThat(text(body("\"temperature\":1e-40"))).isEqualTo(greedy);
    }

    private static String text(String body) {
        return client.post(COMPLETIONS, body).json().at("/choices/0/text").asString();
    }

    @Test
    void aBanOfEveryTokenLeavesNone() {
        String bans =
                IntStream.range(0, 61)
                        .mapToObj("\"%d\":-100"::formatted)
                        .collect(Collectors.joining(","));
        Client.Answer answer = client.post(COMPLETIONS, body("\"logit_bias\":{" + bans + "}"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("no token left");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "null",
                "[]",
                "3",
                "{",
                "{\"model\":",
                "{} {}",
                "{'a':1}",
                "{\"model\":\"oak\",\"model\":\"oak\",\"prompt\":\"a\"}",
                "{\"a\":NaN}"
            })
    void aBodyThatIsNotOneObjectIsRefused(String body) {
        Client.Answer answer = client.post(COMPLETIONS, body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("body");
    }

    @Test
    void hugeShapesAreRefusedByTheParser() {
        assertThat(post("[".repeat(100_000)).status()).isEqualTo(400);
        assertThat(post("{\"a\":" + "[".repeat(1001) + "]".repeat(1001) + "}").status())
                .isEqualTo(400);
        assertThat(post("{\"a\":" + "9".repeat(10_000) + "}").status()).isEqualTo(400);
        String keys =
                IntStream.range(0, 600_000)
                        .mapToObj("\"%d\":0"::formatted)
                        .collect(Collectors.joining(","));
        assertThat(post("{" + keys + "}").status()).isEqualTo(400);
    }

    /// Each time: a server that hangs up on a client that still sends is heard only by chance.
    @RepeatedTest(10)
    void aBodyOverTheLimitIs413() {
        Client.Answer answer = post("{\"prompt\":\"" + "a".repeat(9 << 20) + "\"}");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().at("/error/type").asString()).isEqualTo("invalid_request_error");
    }

    private static Client.Answer post(String body) {
        return client.post(COMPLETIONS, body);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (byte[] bad :
                new byte[][] {
                    {(byte) 0xff}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xe2, (byte) 0x82}
                }) {
            byte[] head = "{\"prompt\":\"".getBytes(StandardCharsets.US_ASCII);
            byte[] tail = "\"}".getBytes(StandardCharsets.US_ASCII);
            byte[] body = new byte[head.length + bad.length + tail.length];
            System.arraycopy(head, 0, body, 0, head.length);
            System.arraycopy(bad, 0, body, head.length, bad.length);
            System.arraycopy(tail, 0, body, head.length + bad.length, tail.length);
            Client.Answer answer = client.post(COMPLETIONS, body);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message()).contains("UTF-8");
        }
    }

    @Test
    void zerosAndNoncharactersPassThrough() {
        Client.Answer answer =
                client.post(
                        COMPLETIONS,
                        "{\"model\":\"oak\",\"prompt\":\"a\\u0000\\ufffe b\",\"max_tokens\":1}");
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void anotherTypeOrEncodingIsRefused() {
        assertThat(client.post(COMPLETIONS, "a=b", "Content-Type", "text/plain").status())
                .isEqualTo(415);
        assertThat(
                        client.post(
                                        COMPLETIONS,
                                        body(""),
                                        "Content-Type",
                                        "application/json",
                                        "Content-Encoding",
                                        "gzip")
                                .status())
                .isIn(400, 415);
    }

    @Test
    void manyStopsAreRefused() {
        String stops =
                IntStream.range(0, 10_000)
                        .mapToObj("\"%d\""::formatted)
                        .collect(Collectors.joining(","));
        Client.Answer answer = client.post(COMPLETIONS, body("\"stop\":[" + stops + "]"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("16");
    }

    @Test
    void aStopEqualToThePromptDoesNotStopBeforeTheBegin() {
        Client.Answer answer =
                client.post(COMPLETIONS, body("\"stop\":\"the oak\",\"max_tokens\":3"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/usage/completion_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void unknownModelsAreNotFound() {
        Client.Answer answer = client.post(COMPLETIONS, "{\"model\":\"elm\",\"prompt\":\"a\"}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().at("/error/code").asString()).isEqualTo("model_not_found");
    }

    @Test
    void beforeAModelIsLoadedClientsAreToldToComeAgain() {
        try (CumaeServer empty = CumaeServer.start(ServerOptions.DEFAULT.withPort(0))) {
            Client early = new Client(empty);
            Client.Answer answer = early.post(COMPLETIONS, body(""));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(early.get("/health/ready").status()).isEqualTo(503);
            assertThat(early.get("/health/live").status()).isEqualTo(200);
            assertThat(early.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void unknownFieldsAreTakenUnlessTheClientIsStrict() {
        String body = body("\"max_tokns\":5");
        assertThat(client.post(COMPLETIONS, body).status()).isEqualTo(200);
        Client.Answer strict =
                client.post(
                        COMPLETIONS,
                        body,
                        "Content-Type",
                        "application/json",
                        "X-Cumae-Strict",
                        "1");
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.param()).isEqualTo("max_tokns");
    }

    static Stream<Arguments> chats() {
        return Stream.of(
                Arguments.of("\"messages\":[]", "messages"),
                Arguments.of("\"messages\":\"hi\"", "messages"),
                Arguments.of("\"messages\":[3]", "messages[0]"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"king\",\"content\":\"a\"}]", "messages[0].role"),
                Arguments.of("\"messages\":[{\"role\":\"user\"}]", "messages[0].content"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
                        "messages[0].content[0]"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"top_logprobs\":3",
                        "top_logprobs"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{}]",
                        "tools[0]"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                                + "\"tools\":[{\"function\":{\"name\":\"f\"}}]",
                        "tools"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                                + "\"tools\":[{\"function\":{\"name\":\"f g\"}}]",
                        "tools[0].function.name"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                                + "\"tool_choice\":\"required\"",
                        "tool_choice"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                                + "\"functions\":[]",
                        "functions"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]",
                        "messages[0].tool_call_id"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"tool\",\"content\":\"a\","
                                + "\"tool_call_id\":\"c\"}]",
                        "messages"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\","
                                + "\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}]",
                        "messages[0].tool_calls[0]"),
                Arguments.of(
                        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                                + "\"response_format\":{\"type\":\"verse\"}",
                        "response_format.type"),
                Arguments.of("\"prompt\":\"a\"", "messages"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chats")
    void aConversationThatIsNoneIsRefused(String fields, String param) {
        Client.Answer answer = client.post(CHAT, "{\"model\":\"oak\"," + fields + "}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.param()).isEqualTo(param);
    }

    @Test
    void textPartsAreTheTextTheyHold() {
        String plain =
                "{\"model\":\"oak\",\"max_tokens\":1,\"return_token_ids\":true,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":%s}]}";
        String whole = plain.formatted("\"the oak\"");
        String parts =
                plain.formatted(
                        "[{\"type\":\"text\",\"text\":\"the \"},{\"type\":\"text\",\"text\":\"oak\"}]");
        assertThat(client.post(CHAT, parts).json().get("prompt_token_ids"))
                .isEqualTo(client.post(CHAT, whole).json().get("prompt_token_ids"));
    }

    @Test
    void aFaultOfOursTellsNothingOfTheInside() {
        Client.Answer answer =
                client.post(COMPLETIONS, body("\"decoder\":\"beam\",\"temperature\":0.77"));
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).doesNotContain("broke", "Exception", "java", "at org");
        String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(answer.message()).contains(id);
        assertThat(client.post(COMPLETIONS, body("")).status()).isEqualTo(200);
    }

    @Test
    void refusalsComeAtOnce() {
        client.post(COMPLETIONS, body("\"n\":1000000000"));
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            client.post(COMPLETIONS, body("\"n\":1000000000"));
        }
        assertThat((System.nanoTime() - begin) / 20e6).isLessThan(50);
    }
}
