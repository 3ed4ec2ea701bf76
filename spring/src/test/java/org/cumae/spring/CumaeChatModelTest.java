package org.cumae.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.text.TextModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.util.MimeTypeUtils;

import reactor.core.Disposable;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(120)
class CumaeChatModelTest {
    private static final String CALL =
            "I look.\n<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"place\": \"Cumae\"}}\n</tool_call>";
    private static final TextModel MODEL = ScriptedModel.saying(CumaeChatModelTest::script);
    private static final CumaeChatModel CHAT = new CumaeChatModel(MODEL);

    /// Where somebody asks for the weather.
    record Place(String place) {}

    private static final ToolCallback WEATHER =
            FunctionToolCallback.builder("weather", (Place at) -> "sun at " + at.place())
                    .description("what falls from the sky")
                    .inputType(Place.class)
                    .build();

    private static String script(String last) {
        return last.startsWith("user: rain")
                ? CALL
                : last.startsWith("tool: ") ? "So: " + last : "As said: " + last;
    }

    @AfterAll
    static void close() {
        MODEL.close();
    }

    /// The example of the docs: Spring's client asks, calls the function, and asks again.
    @Test
    void aClientCallsWhatTheModelAsksFor() {
        String answer = ChatClient.create(CHAT).prompt("rain?").tools(WEATHER).call().content();
        assertThat(answer).isEqualTo("So: tool: \"sun at Cumae\"");
    }

    @Test
    void wordsAreAnsweredWholeAndCounted() {
        assertThat(CHAT.call("hail")).isEqualTo("As said: user: hail");
        ChatResponse response = CHAT.call(new Prompt("hail"));
        assertThat(response.getMetadata().getUsage().getCompletionTokens()).isEqualTo(19);
        assertThat(response.getMetadata().getModel()).isEqualTo("table");
        assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
    }

    @Test
    void optionsOfThePromptGoBeforeDefaults() {
        ChatOptions few = ChatOptions.builder().maxTokens(4).temperature(0.0).build();
        CumaeChatModel brief = new CumaeChatModel(MODEL, few);
        assertThat(brief.call(new Prompt("hail")).getResult().getOutput().getText())
                .isEqualTo("As s");
        ChatOptions more = ChatOptions.builder().maxTokens(7).build();
        ChatResponse cut = brief.call(new Prompt("hail", more));
        assertThat(cut.getResult().getOutput().getText()).isEqualTo("As said");
        assertThat(cut.getResult().getMetadata().getFinishReason()).isEqualTo("LENGTH");
    }

    @Test
    void aSchemaIsHeldToThoughTheModelWouldSaySomethingElse() {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"to\":{\"enum\":[\"Cumae\",\"Rome\"]}},"
                        + "\"required\":[\"to\"]}";
        ChatOptions options = StructuredOutputChatOptions.builder().outputSchema(schema).build();
        assertThat(CHAT.call(new Prompt("hail", options)).getResult().getOutput().getText())
                .matches("\\{\\s*\"to\":\\s*\"(Cumae|Rome)\"\\s*}");
    }

    @Test
    void wordsAreStreamedAndCallsComeAtTheEnd() {
        ChatOptions options =
                ToolCallingChatOptions.builder().toolCallbacks(List.of(WEATHER)).build();
        List<ChatResponse> parts = CHAT.stream(new Prompt("rain?", options)).collectList().block();
        StringBuilder words = new StringBuilder();
        parts.forEach(part -> words.append(part.getResult().getOutput().getText()));
        assertThat(words.toString()).isEqualTo("I look.");
        AssistantMessage last = parts.getLast().getResult().getOutput();
        assertThat(last.getToolCalls().getFirst().arguments()).isEqualTo("{\"place\": \"Cumae\"}");
        assertThat(parts.getLast().getResult().getMetadata().getFinishReason())
                .isEqualTo("TOOL_CALLS");
        assertThat(parts).hasSizeGreaterThan(4);
    }

    @Test
    void whoCancelsFreesTheEngine() throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(2);
        Disposable reading =
                CHAT.stream(new Prompt("line ".repeat(500))).subscribe(_ -> heard.countDown());
        heard.await();
        reading.dispose();
        while (MODEL.stats().contexts() > 0) {
            Thread.sleep(1);
        }
        assertThat(reading.isDisposed()).isTrue();
    }

    @Test
    void whatDoesNotFitIsSaid() {
        UserMessage picture =
                UserMessage.builder()
                        .text("what is it?")
                        .media(
                                Media.builder()
                                        .mimeType(MimeTypeUtils.IMAGE_PNG)
                                        .data(URI.create("http://localhost/x.png"))
                                        .build())
                        .build();
        assertThatThrownBy(() -> CHAT.call(new Prompt(picture)))
                .hasMessageContaining("reads text only");
        Prompt hot = new Prompt("hail", ChatOptions.builder().temperature(7.0).build());
        assertThatThrownBy(() -> CHAT.call(hot)).hasMessageContaining("[0.0, 2.0]");
        assertThatThrownBy(() -> CHAT.stream(hot).blockLast()).hasMessageContaining("[0.0, 2.0]");
    }
}
