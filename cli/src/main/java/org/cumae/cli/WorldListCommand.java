package org.cumae.cli;

import org.cumae.canvas.Field;
import org.cumae.world.OpenWorld;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// `cumae world list`: what worlds there are, and what each knows.
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the worlds, and what each can be asked.",
        footer = {"", "Example: ./cumae world list"})
final class WorldListCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode();
        ArrayNode nodes = object.putArray("worlds");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("world", "grid", "knows"));
        for (String name : Worlds.names()) {
            try (OpenWorld open = Worlds.open(name)) {
                List<Field> fields = open.world().layout().fields();
                String grid =
                        "%d x %d"
                                .formatted(
                                        fields.getFirst().type().rows(),
                                        fields.getFirst().type().columns());
                List<String> knows =
                        fields.stream().map(field -> field.type().name() + field.moment()).toList();
                ObjectNode node = nodes.addObject().put("name", name).put("grid", grid);
                node.set("knows", Json.MAPPER.valueToTree(knows));
                table.add(List.of(name, grid, knows.stream().collect(Collectors.joining(", "))));
            }
        }
        output.print(object, () -> Words.table(table));
        return 0;
    }
}
