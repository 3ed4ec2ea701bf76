package org.cumae.cli;

import org.cumae.data.DataFile;
import org.cumae.data.DataFolder;
import org.cumae.data.DataSet;
import org.cumae.data.DataSets;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `cumae data list`: the data sets that are known, and which are there.
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the known data sets, and say which are there.",
        footer = {"", "Example: ./cumae data list"})
final class DataListCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        DataFolder folder = DataFolder.standard();
        List<DataSet> sets = DataSets.known().all();
        output.print(object(folder, sets), () -> words(folder, sets));
        return 0;
    }

    private static ObjectNode object(DataFolder folder, List<DataSet> sets) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("folder", folder.root().toString());
        ArrayNode list = object.putArray("data_sets");
        for (DataSet set : sets) {
            ObjectNode each =
                    list.addObject()
                            .put("name", set.name())
                            .put("about", set.about())
                            .put("licence", set.licence())
                            .put("source", set.source().toString())
                            .put("bytes", set.bytes())
                            .put("held", held(folder, set) == set.files().size());
            ArrayNode files = each.putArray("files");
            for (DataFile file : set.files()) {
                files.addObject()
                        .put("path", folder.path(file).toString())
                        .put("bytes", file.bytes())
                        .put("held", folder.has(file));
            }
        }
        return object;
    }

    private static long held(DataFolder folder, DataSet set) {
        return set.files().stream().filter(folder::has).count();
    }

    private static String words(DataFolder folder, List<DataSet> sets) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("name", "size", "there", "what", "licence"));
        for (DataSet set : sets) {
            long held = held(folder, set);
            rows.add(
                    List.of(
                            set.name(),
                            Words.bytes(set.bytes()),
                            held == set.files().size() ? "yes" : held == 0 ? "no" : "in part",
                            set.about(),
                            set.licence()));
        }
        return "in %s\n%s".formatted(folder.root(), Words.table(rows));
    }
}
