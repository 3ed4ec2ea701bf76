package org.cumae.cli;

import org.cumae.bench.BenchReport;
import org.cumae.bench.PictureBench;
import org.cumae.naming.ModelShelf;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// `cumae bench pictures`: requests for pictures that share passes.
@Command(
        name = "pictures",
        mixinStandardHelpOptions = true,
        description = {
            "Pictures a second of requests that come together and share passes, beside the same",
            "requests one after the other. Both must draw the same pictures."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench pictures",
            "  ./cumae bench pictures digits-rings digits-scales --requests 64 --quick"
        })
final class BenchPicturesCommand implements Callable<Integer> {
    private static final List<String> USUAL =
            List.of("digits-raster", "digits-rings", "digits-scales", "digits-bits");

    @Mixin private Output output = new Output();

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..*",
            description = "bundled models of pictures, or folders (default: those of digit codes)")
    private List<String> models = List.of();

    @Option(names = "--requests", description = "how many come together (default 16)")
    private int requests = 16;

    @Option(names = "--threads", description = "native threads (default: one for each core)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--quick", description = "one run of each")
    private boolean quick;

    @Override
    public Integer call() {
        Map<String, Path> folders = new LinkedHashMap<>();
        for (String name : models.isEmpty() ? USUAL : models) {
            folders.put(name, ModelShelf.standard().find(name));
        }
        BenchReport report =
                new PictureBench(folders, requests, threads, quick, output.progress()::say).run();
        output.print(BenchTable.object(report), () -> BenchTable.words(report));
        return 0;
    }
}
