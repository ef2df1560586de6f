import {
  type Disposable,
  EventEmitter,
  type Range,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeDataProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import type * as protocol from "vscode-languageclient";

import type { Server } from "./server";
import { SECTION } from "./settings";
import { counted } from "./status";

/** An image of the workspace, as `docs/editors.md` describes it. */
export interface Image {
  uri: string;
  range: protocol.Range;
  image: string;
  status: string;
  end: string | null;
  text: string;
  action: string;
}

/** The images with the same status and the same end of maintenance. */
interface Group {
  status: string;
  end: string | null;
  images: Image[];
}

const ICONS: Record<string, ThemeIcon> = {
  unusable: new ThemeIcon("error", new ThemeColor("list.errorForeground")),
  yanked: new ThemeIcon("error", new ThemeColor("list.errorForeground")),
  unsupported: new ThemeIcon("error", new ThemeColor("list.errorForeground")),
  "basic support": new ThemeIcon("warning", new ThemeColor("list.warningForeground")),
  ending: new ThemeIcon("warning", new ThemeColor("list.warningForeground")),
  maintained: new ThemeIcon("pass", new ThemeColor("testing.iconPassed")),
};

/** The tree of the images of the workspace, grouped by status and end of maintenance. */
class ImageTree implements TreeDataProvider<Group | Image> {
  private readonly changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly server: Server) {
    server.onStatus(() => {
      this.changed.fire(undefined);
    });
  }

  async getChildren(element?: Group | Image): Promise<(Group | Image)[]> {
    if (element) {
      return "images" in element ? element.images : [];
    }
    // Show an empty tree while the server is not running.
    const { images } = await this.server
      .request<{ images: Image[] }>("images")
      .catch(() => ({ images: [] }));
    const groups = new Map<string, Group>();
    for (const image of images) {
      const { status, end } = image;
      const key = `${status} ${end ?? ""}`;
      const group = groups.get(key) ?? { status, end, images: [] };
      group.images.push(image);
      groups.set(key, group);
    }
    return [...groups.values()];
  }

  getTreeItem(element: Group | Image): TreeItem {
    if ("images" in element) {
      return groupItem(element);
    }
    return imageItem(element, this.server.running.protocol2CodeConverter.asRange(element.range));
  }
}

function groupItem({ status, end, images }: Group): TreeItem {
  const item = new TreeItem(end ?? "No end date", TreeItemCollapsibleState.Collapsed);
  item.description = `${status}, ${counted(images.length, "image")}`;
  item.iconPath = ICONS[status] ?? new ThemeIcon("question");
  return item;
}

function imageItem({ uri, image, text, action }: Image, selection: Range): TreeItem {
  const file = Uri.parse(uri);
  const item = new TreeItem(image.slice(image.lastIndexOf("/") + 1));
  item.description = workspace.asRelativePath(file);
  item.tooltip = [image, text, action].filter(Boolean).join("\n");
  item.command = { title: "Open", command: "vscode.open", arguments: [file, { selection }] };
  item.contextValue = action ? "upgradable" : "";
  return item;
}

/** Show the tree of images. */
export function imageTree(server: Server): Disposable {
  return window.createTreeView(`${SECTION}.images`, {
    treeDataProvider: new ImageTree(server),
    showCollapseAll: true,
  });
}
