package org.cumae.cli;

import org.cumae.data.DataFile;
import org.cumae.data.DataFolder;
import org.cumae.data.DataSet;
import org.cumae.data.DataSets;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `cumae data get NAME...`: fetches data sets, or checks that they are there.
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = {
            "Fetch data sets and check their SHA-256 digests.",
            "What is there already is checked, not fetched; what broke off goes on where it ended."
        },
        footer = {"", "Example: ./cumae data get tinyshakespeare"})
final class DataGetCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "names that `data list` shows")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        DataSets known = DataSets.known();
        List<DataSet> sets = names.stream().map(known::find).toList();
        DataFolder folder = DataFolder.standard();
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("folder", folder.root().toString());
        ArrayNode files = object.putArray("files");
        List<String> lines = new ArrayList<>();
        try (Progress progress = output.progress()) {
            for (DataSet set : sets) {
                for (DataFile file : set.files()) {
                    DataFolder.How how =
                            folder.get(
                                    file,
                                    (at, done) -> progress.bytes(at.path(), done, at.bytes()));
                    files.addObject()
                            .put("data_set", set.name())
                            .put("path", folder.path(file).toString())
                            .put("bytes", file.bytes())
                            .put("sha256", file.sha256())
                            .put("how", how.name().toLowerCase(Locale.ROOT));
                    lines.add("%s: %s".formatted(folder.path(file), words(how)));
                }
            }
        }
        output.print(object, () -> String.join("\n", lines));
        return 0;
    }

    private static String words(DataFolder.How how) {
        return switch (how) {
            case HELD -> "was there, and its SHA-256 is right";
            case FETCHED -> "fetched, and its SHA-256 is right";
        };
    }
}
