package org.cumae.langchain4j;

import org.cumae.distribution.Categorical;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.model.TableModel;
import org.cumae.text.ChatTemplate;
import org.cumae.text.GenerationOptions;
import org.cumae.text.Starters;
import org.cumae.text.TextCard;
import org.cumae.text.TextModel;
import org.cumae.unit.Characters;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A model that says what a script tells it to, and what it is held to where that is something
/// else.
final class ScriptedModel {
    private static final String END = "\u0003";
    private static final String TEMPLATE =
            "{% if tools %}<tool_call> {% for t in tools %}{{ t | tojson }}{% endfor %}{{ '\\n' }}"
                    + "{% endif %}{% for m in messages %}{{ m.role }}: {{ m.content }}"
                    + "{% for c in m.tool_calls or [] %}{{ c.function | tojson }}{% endfor %}{{ '\\n' }}"
                    + "{% endfor %}answer: ";
    private static final Characters LETTERS =
            Characters.of(
                    END
                            + "\n"
                            + IntStream.range(32, 127)
                                    .mapToObj(Character::toString)
                                    .collect(Collectors.joining()));

    private ScriptedModel() {}

    /// @param script what it says, by the conversation's last line
    static TextModel saying(UnaryOperator<String> script) {
        TableModel law =
                TableModel.of(LETTERS.size(), seen -> law(script, LETTERS.decode(seen.toArray())))
                        .holding(8000);
        Engine engine = new Engine(law, EngineLimits.DEFAULT);
        TextCard card =
                new TextCard(
                        engine.card(),
                        "script",
                        "table",
                        "table",
                        0,
                        0,
                        "cpu",
                        "float32",
                        false,
                        GenerationOptions.NONE,
                        Starters.NONE);
        return new TextModel(
                engine,
                LETTERS,
                card,
                Optional.of(ChatTemplate.parse(TEMPLATE, Map.of())),
                Set.of(LETTERS.encode(END)[0]));
    }

    private static Categorical law(UnaryOperator<String> script, String text) {
        int begin = text.lastIndexOf("\nanswer: ");
        String said = text.substring(begin + "\nanswer: ".length());
        String last = text.substring(text.lastIndexOf('\n', begin - 1) + 1, begin);
        String answer = script.apply(last) + END;
        float[] logits = new float[LETTERS.size()];
        if (answer.startsWith(said) && said.length() < answer.length()) {
            logits[LETTERS.encode(answer.substring(said.length(), said.length() + 1))[0]] = 40;
        } else { // held to something else: no blanks without end, and an end as soon as may be
            logits[LETTERS.encode(END)[0]] = 40;
            logits[LETTERS.encode(" ")[0]] = -40;
            logits[LETTERS.encode("\n")[0]] = -40;
        }
        return Categorical.of(logits);
    }
}
