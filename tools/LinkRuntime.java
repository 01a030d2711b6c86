import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleResolutionAttribute;
import java.util.spi.ToolProvider;
import jdk.tools.jlink.internal.PluginRepository;
import jdk.tools.jlink.plugin.Plugin;
import jdk.tools.jlink.plugin.ResourcePool;
import jdk.tools.jlink.plugin.ResourcePoolBuilder;
import jdk.tools.jlink.plugin.ResourcePoolEntry;

/**
 * Runs jlink with a plugin of its own, {@code --resolve-vector}: the runtime that is linked takes
 * the Vector API for a module like any other. It needs no {@code --add-modules}, and does not warn
 * at every start that the module incubates, which Java has no option for. Plugins are no public
 * part of the JDK: the launcher does without where this fails.
 */
final class LinkRuntime implements Plugin {

  private static final String VECTOR = "/jdk.incubator.vector/module-info.class";

  private LinkRuntime() {}

  public static void main(String[] args) {
    PluginRepository.registerPlugin(new LinkRuntime());
    System.exit(ToolProvider.findFirst("jlink").orElseThrow().run(System.out, System.err, args));
  }

  @Override
  public String getName() {
    return "resolve-vector";
  }

  @Override
  public Category getType() {
    return Category.TRANSFORMER; // before jlink works out which modules are resolved
  }

  @Override
  public ResourcePool transform(ResourcePool in, ResourcePoolBuilder out) {
    in.transformAndCopy(
        entry -> entry.path().equals(VECTOR) ? withoutResolution(entry) : entry, out);
    return out.build();
  }

  private static ResourcePoolEntry withoutResolution(ResourcePoolEntry moduleInfo) {
    ClassFile format = ClassFile.of();
    return moduleInfo.copyWithContent(
        format.transformClass(
            format.parse(moduleInfo.contentBytes()),
            ClassTransform.dropping(element -> element instanceof ModuleResolutionAttribute)));
  }
}
