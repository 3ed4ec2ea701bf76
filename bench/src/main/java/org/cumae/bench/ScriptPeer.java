package org.cumae.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A peer in another language: a script of this package in a process of its own, which says `ready`
/// once, and answers each line that it reads with a figure.
final class ScriptPeer implements AutoCloseable {
    private static final String READY = "ready";

    private final String language;
    private final Path folder;
    private final Path script;
    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final String greeting;

    /// Starts it and waits until it is ready.
    ///
    /// @param language the command that runs scripts
    /// @param name the script's resource in this package
    /// @param arguments what the script is told
    /// @param remedy what would help if the script ends before it is ready
    /// @throws PeerMissingException if the language or what the script needs is not there
    ScriptPeer(String language, String name, List<String> arguments, String remedy)
            throws PeerMissingException {
        this.language = language;
        try {
            // A folder of its own: what else lies in a folder may be taken for a library.
            folder = Files.createTempDirectory("cumae-bench");
            script = folder.resolve(name);
            try (InputStream text =
                    Objects.requireNonNull(ScriptPeer.class.getResourceAsStream(name))) {
                Files.copy(text, script);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + name, e);
        }
        List<String> command = new ArrayList<>(List.of(language, script.toString()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        // The launcher's own settings: the peer runs as its users run it.
        builder.environment()
                .keySet()
                .removeAll(Set.of("OMP_WAIT_POLICY", "OPENBLAS_THREAD_TIMEOUT"));
        try {
            process = builder.start();
        } catch (IOException e) {
            deleteScript();
            throw new PeerMissingException("%s does not start; %s".formatted(language, remedy));
        }
        out = process.inputReader();
        in = process.outputWriter();
        String first = line();
        if (!first.startsWith(READY)) {
            close();
            throw new PeerMissingException("it does not run; " + remedy);
        }
        greeting = first.substring(READY.length()).strip();
    }

    /// What the script said behind `ready`, such as its library's version.
    String greeting() {
        return greeting;
    }

    /// Asks for the next figure.
    double figure() {
        try {
            in.write('\n');
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("%s went away".formatted(language), e);
        }
        String answer = line();
        if (answer.isEmpty()) {
            throw new IllegalStateException("%s ended without an answer".formatted(language));
        }
        return Double.parseDouble(answer);
    }

    private String line() {
        try {
            return Optional.ofNullable(out.readLine()).orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be heard".formatted(language), e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        deleteScript();
    }

    private void deleteScript() {
        try {
            Files.deleteIfExists(script);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + script, e);
        }
    }
}
