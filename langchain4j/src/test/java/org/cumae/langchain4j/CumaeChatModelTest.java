package org.cumae.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;

import org.cumae.text.TextModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

@Timeout(120)
class CumaeChatModelTest {
    private static final String CALL =
            "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"place\": \"Cumae\"}}\n</tool_call>";
    private static final TextModel MODEL = ScriptedModel.saying(CumaeChatModelTest::script);
    private static final ChatModel CHAT = new CumaeChatModel(MODEL);
    private static final StreamingChatModel STREAM = new CumaeStreamingChatModel(MODEL);
    private static final ToolSpecification WEATHER =
            ToolSpecification.builder()
                    .name("weather")
                    .description("what falls from the sky")
                    .parameters(
                            JsonObjectSchema.builder()
                                    .addEnumProperty("place", List.of("Cumae", "Rome"))
                                    .required("place")
                                    .build())
                    .build();

    private static String script(String last) {
        return last.startsWith("user: rain")
                ? CALL
                : last.equals("tool: sun") ? "Sun." : "As said: " + last;
    }

    @AfterAll
    static void close() {
        MODEL.close();
    }

    /// The example of the docs: ask, call what the model wants called, tell it what came of it.
    @Test
    void aConversationWithAFunction() {
        List<ChatMessage> messages = new ArrayList<>(List.of(UserMessage.from("rain?")));
        ChatRequestParameters tools =
                ChatRequestParameters.builder().toolSpecifications(WEATHER).build();
        AiMessage first =
                CHAT.chat(ChatRequest.builder().messages(messages).parameters(tools).build())
                        .aiMessage();
        messages.add(first);
        for (ToolExecutionRequest call : first.toolExecutionRequests()) {
            assertThat(call.arguments()).isEqualTo("{\"place\": \"Cumae\"}");
            messages.add(ToolExecutionResultMessage.from(call, "sun"));
        }
        ChatResponse second =
                CHAT.chat(ChatRequest.builder().messages(messages).parameters(tools).build());
        assertThat(second.aiMessage().text()).isEqualTo("Sun.");
        assertThat(second.finishReason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void wordsAreAnsweredWholeCountedAndAtOnce() throws Exception {
        assertThat(CHAT.chat("hail")).isEqualTo("As said: user: hail");
        ChatResponse response = CHAT.chat(SystemMessage.from("be brief"), UserMessage.from("hail"));
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(19);
        assertThat(response.tokenUsage().inputTokenCount()).isGreaterThan(20);
        assertThat(response.metadata().modelName()).isEqualTo("table");
        assertThat(CHAT.chatAsync("hail").get()).isEqualTo("As said: user: hail");
    }

    @Test
    void optionsAreKeptTo() {
        ChatRequestParameters few =
                ChatRequestParameters.builder().maxOutputTokens(4).temperature(0.0).build();
        ChatResponse cut = new CumaeChatModel(MODEL, few).chat(UserMessage.from("hail"));
        assertThat(cut.aiMessage().text()).isEqualTo("As s");
        assertThat(cut.finishReason()).isEqualTo(FinishReason.LENGTH);
        ChatResponse stopped =
                CHAT.chat(
                        ChatRequest.builder()
                                .messages(UserMessage.from("hail"))
                                .stopSequences(List.of(": u"))
                                .build());
        assertThat(stopped.aiMessage().text()).isEqualTo("As said");
    }

    private static String formed(JsonSchemaElement root) {
        return CHAT.chat(
                        ChatRequest.builder()
                                .messages(UserMessage.from("hail"))
                                .responseFormat(
                                        ResponseFormat.builder()
                                                .type(ResponseFormatType.JSON)
                                                .jsonSchema(
                                                        JsonSchema.builder()
                                                                .name("form")
                                                                .rootElement(root)
                                                                .build())
                                                .build())
                                .build())
                .aiMessage()
                .text();
    }

    @Test
    void aSchemaIsHeldToThoughTheModelWouldSaySomethingElse() {
        JsonEnumSchema places = JsonEnumSchema.builder().enumValues("Cumae", "Rome").build();
        assertThat(
                        formed(
                                JsonObjectSchema.builder()
                                        .addProperty("to", places)
                                        .required("to")
                                        .build()))
                .matches("\\{\\s*\"to\":\\s*\"(Cumae|Rome)\"\\s*}");
        assertThat(formed(JsonArraySchema.builder().items(places).build()))
                .matches("(?s)\\[(\\s*\"(Cumae|Rome)\"\\s*,?)*\\s*]");
        assertThat(formed(places)).matches("\"(Cumae|Rome)\"");
    }

    @Test
    void aCallThatMustBeIsMade() {
        ChatResponse response =
                CHAT.chat(
                        ChatRequest.builder()
                                .messages(UserMessage.from("hail"))
                                .toolSpecifications(WEATHER)
                                .toolChoice(ToolChoice.REQUIRED)
                                .build());
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
        assertThat(response.aiMessage().toolExecutionRequests())
                .isNotEmpty()
                .allMatch(
                        call ->
                                call.arguments()
                                        .matches("(?s)\\{\\s*\"place\":.*(Cumae|Rome)\"\\s*}"));
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertThatThrownBy(
                        () ->
                                CHAT.chat(
                                        UserMessage.from(
                                                ImageContent.from("http://localhost/x.png"))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("reads text only");
        assertThatThrownBy(
                        () ->
                                CHAT.chat(
                                        ChatRequest.builder()
                                                .messages(UserMessage.from("hail"))
                                                .temperature(7.0)
                                                .build()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[0.0, 2.0]");
    }

    /// Remembers what it hears; cancels after so many parts.
    private static final class Ear implements StreamingChatResponseHandler {
        final List<String> parts = new ArrayList<>();
        final List<String> calls = new ArrayList<>();
        final List<CompleteToolCall> whole = new ArrayList<>();
        final CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        final CountDownLatch cancelled = new CountDownLatch(1);
        private final int most;

        Ear(int most) {
            this.most = most;
        }

        @Override
        public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
            parts.add(part.text());
            if (parts.size() == most) {
                context.streamingHandle().cancel();
                assertThat(context.streamingHandle().isCancelled()).isTrue();
                cancelled.countDown();
            }
        }

        @Override
        public void onPartialToolCall(PartialToolCall part) {
            calls.add(part.partialArguments());
        }

        @Override
        public void onCompleteToolCall(CompleteToolCall call) {
            whole.add(call);
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            end.complete(response);
        }

        @Override
        public void onError(Throwable fault) {
            end.completeExceptionally(fault);
        }
    }

    @Test
    void aStreamIsTheWholeAnswerInParts() throws Exception {
        Ear ear = new Ear(-1);
        STREAM.chat("hail", ear);
        assertThat(ear.end.get().aiMessage().text()).isEqualTo(String.join("", ear.parts));
        assertThat(ear.parts).hasSizeGreaterThan(5);
    }

    @Test
    void callsAreStreamedAndThenWhole() throws Exception {
        Ear ear = new Ear(-1);
        STREAM.chat(
                ChatRequest.builder()
                        .messages(UserMessage.from("rain"))
                        .toolSpecifications(WEATHER)
                        .build(),
                ear);
        AiMessage said = ear.end.get().aiMessage();
        assertThat(String.join("", ear.calls)).isEqualTo("{\"place\": \"Cumae\"}");
        assertThat(ear.calls).hasSizeGreaterThan(5);
        assertThat(ear.whole.getFirst().toolExecutionRequest())
                .isEqualTo(said.toolExecutionRequests().getFirst());
    }

    @Test
    void whoCancelsHearsNoMoreAndFreesTheEngine() throws Exception {
        Ear ear = new Ear(3);
        STREAM.chat("a long long long long long long long line", ear);
        ear.cancelled.await();
        while (MODEL.stats().contexts() > 0) {
            Thread.sleep(1);
        }
        assertThat(ear.parts.size()).isBetween(3, 10);
        assertThat(ear.end.isDone()).isFalse();
    }

    @Test
    void faultsGoToTheHandler() {
        Ear ear = new Ear(-1);
        STREAM.chat(
                ChatRequest.builder().messages(UserMessage.from("hail")).topP(0.0).build(), ear);
        assertThatThrownBy(ear.end::get).hasCauseInstanceOf(InvalidRequestException.class);
    }
}
