package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Collectors;

/// The client that users have, unchanged, against a running server.
class OpenAiClientTest {
    private static CumaeServer server;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add(TableText.small());
        server.add(new TableText("plain", false, false, 64));
        client =
                OpenAIOkHttpClient.builder()
                        .baseUrl("http://localhost:%d/v1".formatted(server.port()))
                        .apiKey("none")
                        .maxRetries(0)
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static CompletionCreateParams.Builder completion() {
        return CompletionCreateParams.builder()
                .model("oak")
                .prompt("the oak")
                .maxTokens(20)
                .seed(7);
    }

    private static ChatCompletionCreateParams.Builder chat() {
        return ChatCompletionCreateParams.builder()
                .model("oak")
                .addUserMessage("what is to come?")
                .maxCompletionTokens(20)
                .seed(7);
    }

    @Test
    void modelsAreListedAndFoundByName() {
        assertThat(client.models().list().data()).extracting(m -> m.id()).contains("oak", "plain");
        assertThat(client.models().retrieve("oak").id()).isEqualTo("oak");
        assertThatThrownBy(() -> client.models().retrieve("elm"))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> assertThat(e.code()).contains("model_not_found"));
    }

    @Test
    void aCompletionHasTextReasonAndCounts() {
        Completion answer = client.completions().create(completion().build());
        assertThat(answer.choices()).hasSize(1);
        assertThat(answer.choices().getFirst().text()).hasSize(20);
        assertThat(answer.choices().getFirst().finishReason().asString()).isEqualTo("length");
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(7);
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(20);
    }

    @Test
    void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
        String first = text(completion().build());
        assertThat(text(completion().build())).isEqualTo(first);
        assertThat(text(completion().seed(8).build())).isNotEqualTo(first);
    }

    private static String text(CompletionCreateParams params) {
        return client.completions().create(params).choices().getFirst().text();
    }

    @Test
    void streamedTextEqualsTheTextInOnePiece() {
        try (StreamResponse<Completion> stream =
                client.completions().createStreaming(completion().build())) {
            List<Completion> chunks = stream.stream().toList();
            String joined =
                    chunks.stream()
                            .map(c -> c.choices().getFirst().text())
                            .collect(Collectors.joining());
            assertThat(joined).isEqualTo(text(completion().build()));
            assertThat(chunks.stream().map(Completion::id).distinct()).hasSize(1);
        }
    }

    @Test
    void aChatIsAnsweredWholeAndStreamedAlike() {
        ChatCompletion whole = client.chat().completions().create(chat().build());
        String text = whole.choices().getFirst().message().content().orElseThrow();
        assertThat(text).hasSize(20);
        ChatCompletionCreateParams params =
                chat().streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            List<ChatCompletionChunk> chunks = stream.stream().toList();
            String joined =
                    chunks.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .flatMap(choice -> choice.delta().content().stream())
                            .collect(Collectors.joining());
            assertThat(joined).isEqualTo(text);
            assertThat(chunks.getLast().choices()).isEmpty();
            assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(20);
        }
    }

    @Test
    void logprobsReachTheClientInBothShapes() {
        var completion =
                client.completions()
                        .create(completion().logprobs(3).build())
                        .choices()
                        .getFirst()
                        .logprobs()
                        .orElseThrow();
        assertThat(completion.tokens().orElseThrow()).hasSize(20);
        assertThat(completion.tokenLogprobs().orElseThrow()).allMatch(p -> p <= 0);
        var chat =
                client.chat()
                        .completions()
                        .create(chat().logprobs(true).topLogprobs(2).build())
                        .choices()
                        .getFirst()
                        .logprobs()
                        .orElseThrow();
        assertThat(chat.content().orElseThrow()).hasSize(20);
        assertThat(chat.content().orElseThrow().getFirst().topLogprobs()).hasSize(2);
    }

    @Test
    void ourOwnFieldsTravelAsAdditionalProperties() {
        Completion answer =
                client.completions()
                        .create(
                                completion()
                                        .putAdditionalBodyProperty("top_k", JsonValue.from(1))
                                        .putAdditionalBodyProperty(
                                                "decoder", JsonValue.from("sequential"))
                                        .putAdditionalBodyProperty(
                                                "return_token_ids", JsonValue.from(true))
                                        .build());
        JsonValue ids = answer.choices().getFirst()._additionalProperties().get("token_ids");
        assertThat(ids.convert(List.class)).hasSize(20);
    }

    @Test
    void refusalsNameFieldTypeAndCode() {
        assertThatThrownBy(() -> client.completions().create(completion().temperature(3).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        e -> {
                            assertThat(e.param()).contains("temperature");
                            assertThat(e.type()).contains("invalid_request_error");
                            assertThat(e.code()).contains("invalid_value");
                            assertThat(e).hasMessageContaining("[0, 2]");
                        });
    }

    @Test
    void aModelWithoutTemplateRefusesMessagesInWords() {
        assertThatThrownBy(() -> client.chat().completions().create(chat().model("plain").build()))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("no chat template");
    }

    @Test
    void aFaultInAStreamRaisesInsteadOfEndingShort() {
        CompletionCreateParams params =
                completion()
                        .temperature(0.77)
                        .putAdditionalBodyProperty("decoder", JsonValue.from("beam"))
                        .build();
        assertThatThrownBy(
                        () -> {
                            try (var stream = client.completions().createStreaming(params)) {
                                stream.stream().toList();
                            }
                        })
                .isInstanceOf(OpenAIException.class);
    }
}
