package dev.elbo.io;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;

/**
 * Floating-point numbers as JSON has them: finite. By itself Jackson takes {@code 1e999} and the
 * string {@code "NaN"} for numbers, and writes an infinity as a string.
 */
final class FiniteNumbers {
  private FiniteNumbers() {}

  static SimpleModule module() {
    var module = new SimpleModule();
    module.addDeserializer(double.class, new Reader<>(Double.class, JsonParser::getDoubleValue));
    module.addDeserializer(Double.class, new Reader<>(Double.class, JsonParser::getDoubleValue));
    module.addDeserializer(float.class, new Reader<>(Float.class, JsonParser::getFloatValue));
    module.addDeserializer(Float.class, new Reader<>(Float.class, JsonParser::getFloatValue));
    module.addSerializer(double.class, new Writer<>(Double.class, JsonGenerator::writeNumber));
    module.addSerializer(float.class, new Writer<>(Float.class, JsonGenerator::writeNumber));
    module.addSerializer(Double.class, new Writer<>(Double.class, JsonGenerator::writeNumber));
    module.addSerializer(Float.class, new Writer<>(Float.class, JsonGenerator::writeNumber));
    return module;
  }

  /** Gives the number that a parser stands at. */
  private interface Getter<N> {
    N get(JsonParser parser) throws IOException;
  }

  /** Refuses what is no finite number. */
  private static final class Reader<N extends Number> extends StdScalarDeserializer<N> {
    private static final long serialVersionUID = 1L;

    private final transient Getter<N> getter;

    Reader(Class<N> type, Getter<N> getter) {
      super(type);
      this.getter = getter;
    }

    @Override
    public N deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      N number = parser.currentToken().isNumeric() ? getter.get(parser) : null;
      return number != null && Double.isFinite(number.doubleValue())
          ? number
          : context.reportInputMismatch(
              this, "expected a finite number, found %s", Printable.shortened(parser.getText()));
    }
  }

  /** Writes a number. */
  private interface Setter<N> {
    void write(JsonGenerator generator, N number) throws IOException;
  }

  /** Writes null for what is not finite. */
  private static final class Writer<N extends Number> extends StdScalarSerializer<N> {
    private static final long serialVersionUID = 1L;

    private final transient Setter<N> setter;

    Writer(Class<N> type, Setter<N> setter) {
      super(type);
      this.setter = setter;
    }

    @Override
    public void serialize(N number, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(number.doubleValue())) {
        setter.write(generator, number);
      } else {
        generator.writeNull();
      }
    }
  }
}
