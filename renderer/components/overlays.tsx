import { Check, Pause, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogFoot } from '../ui/dialog.tsx';
import { Field, TextField } from '../ui/field.tsx';
import { Menu } from '../ui/menu.tsx';
import { Pill } from '../ui/pill.tsx';
import { Popover } from '../ui/popover.tsx';
import { type Toast, Toasts } from '../ui/toasts.tsx';
import { Tooltip } from '../ui/tooltip.tsx';

const TOASTS: readonly Toast[] = [
  { id: 1, text: 'Acknowledged.', tone: 'good', undo: () => undefined },
  { id: 2, text: 'The festival refused it: the alert was closed meanwhile.', tone: 'bad' },
];

export const Overlays = () => {
  const [open, setOpen] = useState(false);
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const close = () => setOpen(false);
  return (
    <>
      <h2>Over the screen</h2>
      <div className="row">
        <Button onClick={() => setOpen(true)}>Dialog</Button>
        <Popover trigger={<Pill tone="good">Popover</Pill>} title="Link and engine">
          <p>Online since 14:03.</p>
        </Popover>
        <Menu
          trigger={<Button>Menu</Button>}
          groups={[
            [
              { label: 'Acknowledge', icon: Check, shortcut: 'A', act: () => undefined },
              { label: 'Snooze', icon: Pause, refused: 'Money has moved: it always alerts.', act: () => undefined },
            ],
            [{ label: 'Discard', icon: Trash2, danger: true, act: () => undefined }],
          ]}
        />
        <Tooltip text="What a picture means">
          <Button>Tooltip</Button>
        </Tooltip>
        <Button onClick={() => setToasts(TOASTS)}>Toasts</Button>
      </div>
      {open && (
        <Dialog title="Note on card 04a1 b2c3" onClose={close}>
          <div className="stack">
            <Field label="Subject" />
            <TextField label="Note" rows={30} />
            <DialogFoot>
              <Button onClick={close}>Cancel</Button>
              <Button tone="primary" onClick={close}>
                Save note
              </Button>
            </DialogFoot>
          </div>
        </Dialog>
      )}
      <Toasts toasts={toasts} onDrop={(id) => setToasts(toasts.filter((one) => one.id !== id))} />
    </>
  );
};
