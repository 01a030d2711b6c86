package dev.elbo.cli.options;

import dev.elbo.DidYouMean;
import dev.elbo.io.OptionName;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a constant by the name that is typed, and knows no other; picocli would also take, and name
 * in its messages, that of the Java source.
 *
 * @param type the constants
 */
public record ConstantConverter<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {

  @Override
  public E convert(String text) {
    for (E constant : type.getEnumConstants()) {
      if (OptionName.of(constant).equals(text)) {
        return constant;
      }
    }
    List<String> names =
        Arrays.stream(type.getEnumConstants()).<String>map(OptionName::of).toList();
    throw new TypeConversionException(
        "expected one of %s, found '%s'%s"
            .formatted(String.join(", ", names), text, DidYouMean.among(names, text)));
  }

  /** Lets a command and those under it read all their constants so. */
  public static CommandLine register(CommandLine command) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      Class<?> type = option.auxiliaryTypes()[0];
      if (type.isEnum()) {
        register(command, type.asSubclass(Enum.class));
      }
    }
    command.getSubcommands().values().forEach(ConstantConverter::register);
    return command;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Class<? extends Enum> has no E to name
  private static void register(CommandLine command, Class type) {
    command.registerConverter(type, new ConstantConverter(type));
  }
}
