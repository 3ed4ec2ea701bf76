package org.cumae.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

class MetricsLogTest {
    private static List<String> heldOut(RunFolder folder) throws IOException {
        return Files.readAllLines(folder.metrics()).stream()
                .filter(line -> line.contains("held_out"))
                .map(line -> line.replaceAll(".*\"step\":([0-9]+).*", "$1"))
                .toList();
    }

    @Test
    void whatComesAgainIsForgottenAndWhatFollowedAnEndedStageIsNot() throws IOException {
        try (RunFolder folder = RunFolder.temporary()) {
            MetricsLog log = new MetricsLog(folder);
            log.began(0, 4, 7);
            log.looked(4, 3, true);
            log.began(4, 10, 7); // the next stage
            log.looked(6, 2, true);
            log.looked(8, 1, true);
            MetricsLog again = new MetricsLog(folder); // it was killed behind its checkpoint at 6
            again.began(4, 4, 7);
            assertThat(heldOut(folder)).containsExactly("4", "6", "8");
            again.began(6, 10, 7);
            assertThat(heldOut(folder)).containsExactly("4", "6");
        }
    }
}
