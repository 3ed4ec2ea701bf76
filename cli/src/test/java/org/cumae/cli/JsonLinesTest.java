package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;

class JsonLinesTest {
    @Test
    void aLineHasItsKeysAndItsFaultAndNoLineBreakInside() {
        LoggerContext context = new LoggerContext();
        ListAppender<ILoggingEvent> list = new ListAppender<>();
        list.setContext(context);
        list.start();
        Logger logger = context.getLogger("requests");
        logger.addAppender(list);
        logger.atWarn()
                .addKeyValue("request_id", "a-7")
                .addKeyValue("status", 499)
                .setCause(new IllegalStateException("line\nbreak"))
                .log("{} gave\nup", "somebody");
        logger.info("plain");
        JsonLines encoder = new JsonLines();
        String text = new String(encoder.encode(list.list.getFirst()), StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n").hasLineCount(1);
        JsonNode line = Json.MAPPER.readTree(text);
        assertThat(line.get("message").asString()).isEqualTo("somebody gave\nup");
        assertThat(line.get("level").asString()).isEqualTo("WARN");
        assertThat(line.get("request_id").asString()).isEqualTo("a-7");
        assertThat(line.get("status").asInt()).isEqualTo(499);
        assertThat(line.get("stack").asString()).contains("line\nbreak", "JsonLinesTest");
        JsonNode plain =
                Json.MAPPER.readTree(
                        new String(encoder.encode(list.list.get(1)), StandardCharsets.UTF_8));
        assertThat(plain.has("stack")).isFalse();
        assertThat(java.time.Instant.parse(plain.get("time").asString())).isNotNull();
    }
}
