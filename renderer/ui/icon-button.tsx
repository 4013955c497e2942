import type { LucideIcon } from 'lucide-react';
import { Button, type ButtonProps } from './button.tsx';
import { Tooltip } from './tooltip.tsx';

/** A button that is only a picture: its label is read out, and shown when somebody points at it. */
export const IconButton = (
  props: Omit<ButtonProps, 'children' | 'aria-label' | 'title'> & { icon: LucideIcon; label: string },
) => {
  const { icon: Icon, label, tone = 'quiet', className = '', ...rest } = props;
  return (
    <Tooltip text={label}>
      <Button tone={tone} className={`icon-button ${className}`} aria-label={label} {...rest}>
        <Icon size={16} aria-hidden="true" />
      </Button>
    </Tooltip>
  );
};
