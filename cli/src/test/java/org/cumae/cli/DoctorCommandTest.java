package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

class DoctorCommandTest {
    @Test
    void whatMattersIsToldAndNoSecretIs() {
        Ran ran = Ran.of("doctor", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode found = ran.json();
        assertThat(found.get("java").asString()).contains(Runtime.version().toString());
        assertThat(found.get("machine").asString()).contains("cores");
        assertThat(found.get("libtorch").asString()).startsWith("loaded, ");
        assertThat(found.get("ffmpeg_for_videos").asString()).isEqualTo("there");
        assertThat(found.get("models").asString()).contains("models");
        assertThat(ran.out()).doesNotContainIgnoringCase("key").doesNotContain("token");
    }

    @Test
    void peopleGetATable() {
        Ran ran = Ran.of("doctor");
        assertThat(ran.status()).isZero();
        assertThat(ran.out().lines().filter(line -> line.startsWith("libtorch"))).hasSize(1);
    }
}
